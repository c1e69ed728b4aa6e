package io.jgpt.cli.terminal;

import java.util.Locale;

/**
 * Makes text safe to show: a model or a file must not move the cursor, change colours or retitle
 * the window of whoever reads it.
 */
public final class SafeText {

  private SafeText() {}

  /**
   * {@code text} with control characters other than newline and tab made visible: those of ASCII by
   * their picture (ESC as {@code ␛}), those above as {@code <9B>}, and so the marks that reorder
   * text.
   */
  public static String shown(String text) {
    return shown(text, true);
  }

  /** As {@link #shown}, with newline and tab made visible too. */
  public static String onOneLine(String text) {
    return shown(text, false);
  }

  private static String shown(String text, boolean lines) {
    int i = 0;
    while (i < text.length() && !isUnsafe(text.charAt(i), lines)) {
      i++;
    }
    if (i == text.length()) {
      return text;
    }
    var safe = new StringBuilder(text.length() + 8).append(text, 0, i);
    for (; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isUnsafe(c, lines)) {
        safe.append(c);
      } else if (c < ' ') {
        safe.append((char) (0x2400 + c));
      } else if (c == 0x7F) {
        safe.append('\u2421');
      } else {
        safe.append('<').append(Integer.toHexString(c).toUpperCase(Locale.ROOT));
        safe.append('>');
      }
    }
    return safe.toString();
  }

  private static boolean isUnsafe(char c, boolean lines) {
    if (c == '\n' || c == '\t') {
      return !lines;
    }
    return Character.isISOControl(c)
        || (c >= '\u202A' && c <= '\u202E')
        || (c >= '\u2066' && c <= '\u2069');
  }
}
