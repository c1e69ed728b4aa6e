package io.jgpt.agent;

import java.util.ArrayList;
import java.util.List;

/**
 * A pattern of a policy: {@code *} stands for anything but a slash, {@code **} for anything, all
 * else for itself. A planner chooses the text, so the time must not depend on it as that of a
 * regular expression does: every character of the text is looked at once for each of the pattern.
 */
final class Glob {

  /** One step of a pattern. */
  private enum Kind {
    ITSELF,
    NO_SLASHES,
    ANYTHING
  }

  private record Step(Kind kind, char character) {}

  private final List<Step> steps = new ArrayList<>();

  Glob(String pattern) {
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (pattern.startsWith("**", i)) {
        steps.add(new Step(Kind.ANYTHING, c));
        i++;
      } else {
        steps.add(new Step(c == '*' ? Kind.NO_SLASHES : Kind.ITSELF, c));
      }
    }
  }

  boolean matches(String text) {
    // reached[i]: the steps so far stand for the first i characters.
    boolean[] reached = new boolean[text.length() + 1];
    reached[0] = true;
    for (Step step : steps) {
      boolean[] next = new boolean[text.length() + 1];
      next[0] = step.kind != Kind.ITSELF && reached[0];
      for (int i = 1; i <= text.length(); i++) {
        char c = text.charAt(i - 1);
        next[i] =
            switch (step.kind) {
              case ITSELF -> reached[i - 1] && c == step.character;
              case NO_SLASHES -> reached[i] || (next[i - 1] && c != '/');
              case ANYTHING -> reached[i] || next[i - 1];
            };
      }
      reached = next;
    }
    return reached[text.length()];
  }
}
