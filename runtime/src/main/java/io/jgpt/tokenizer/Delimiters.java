package io.jgpt.tokenizer;

import java.util.function.IntPredicate;

/** Finds the delimiters of a {@link DelimiterSplitter} in a text. */
@FunctionalInterface
interface Delimiters {

  /** Hands the delimiters in {@code text}, in order and apart, to {@code found} as [from, to). */
  void find(String text, Found found);

  /** Takes a delimiter. */
  @FunctionalInterface
  interface Found {
    void accept(int from, int to);
  }

  /** Each code point of a kind is a delimiter. */
  static Delimiters codePoints(IntPredicate kind) {
    return (text, found) -> {
      int at = 0;
      while (at < text.length()) {
        int codePoint = text.codePointAt(at);
        int end = at + Character.charCount(codePoint);
        if (kind.test(codePoint)) {
          found.accept(at, end);
        }
        at = end;
      }
    };
  }

  /** Each occurrence of a string, which is not empty. */
  static Delimiters literal(String literal) {
    return (text, found) -> {
      int at = text.indexOf(literal);
      while (at >= 0) {
        found.accept(at, at + literal.length());
        at = text.indexOf(literal, at + literal.length());
      }
    };
  }

  /** Each match of a pattern; an empty one is none. */
  static Delimiters pattern(SplitPattern pattern) {
    return pattern::find;
  }
}
