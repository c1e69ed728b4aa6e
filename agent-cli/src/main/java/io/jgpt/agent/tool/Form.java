package io.jgpt.agent.tool;

import java.text.Normalizer;
import java.util.Optional;

/**
 * How the values of a kind are written: the very reading of the tools that take them, so that a
 * planner is offered what a tool can read, and nothing else.
 */
interface Form {

  /** Of what may be anything. */
  Form ANY =
      new Form() {
        @Override
        public boolean fits(String text) {
          return true;
        }

        @Override
        public int reach(String text) {
          return text.length();
        }
      };

  /**
   * Whether a tool can read a text, whatever comes of it: 1/0 is arithmetic, and 2026-02-30 names a
   * day, though there is none.
   */
  boolean fits(String text);

  /**
   * Of all texts that fit and that this one begins with none has more than so many UTF-16 units: a
   * bound that is found without trying them.
   */
  int reach(String text);

  /** A text as readers that know NFKC see it, if that leaves every character at its place. */
  static Optional<String> aligned(String text) {
    if (isAscii(text)) {
      return Optional.of(text); // most are, and nothing changes
    }
    String normal = Normalizer.normalize(text, Normalizer.Form.NFKC);
    return normal.length() == text.length() ? Optional.of(normal) : Optional.empty();
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }
}
