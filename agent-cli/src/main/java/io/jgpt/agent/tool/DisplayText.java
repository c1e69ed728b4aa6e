package io.jgpt.agent.tool;

/**
 * Makes text of unknown origin safe to show in a terminal, a transcript and an approval.
 *
 * <p>Control characters (so every ANSI and OSC escape, which starts with one), marks that reorder
 * text, separators of lines and unpaired surrogates become U+FFFD: what is shown is what is there,
 * and it can neither move the cursor nor pose as something else.
 */
public final class DisplayText {

  private static final int REPLACEMENT = 0xFFFD;
  // Written inside words and emoji; unlike other format characters they move nothing.
  private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
  private static final int ZERO_WIDTH_JOINER = 0x200D;

  private DisplayText() {}

  /** Several lines: line feeds and tabs stay, {@code \r\n} becomes {@code \n}. */
  public static String text(String text) {
    return safe(text.replace("\r\n", "\n"), true);
  }

  /** One line: line feeds and tabs are replaced too. */
  public static String line(String text) {
    return safe(text, false);
  }

  /** Whether a character shows itself and nothing else. */
  public static boolean isPrintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      case Character.FORMAT -> codePoint == ZERO_WIDTH_JOINER || codePoint == ZERO_WIDTH_NON_JOINER;
      default -> true;
    };
  }

  private static String safe(String text, boolean lines) {
    if (text.codePoints().allMatch(c -> shown(c, lines))) {
      return text;
    }
    StringBuilder safe = new StringBuilder(text.length());
    text.codePoints().forEach(c -> safe.appendCodePoint(shown(c, lines) ? c : REPLACEMENT));
    return safe.toString();
  }

  private static boolean shown(int codePoint, boolean lines) {
    return isPrintable(codePoint) || (lines && (codePoint == '\n' || codePoint == '\t'));
  }
}
