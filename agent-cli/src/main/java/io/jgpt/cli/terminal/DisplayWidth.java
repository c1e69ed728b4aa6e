package io.jgpt.cli.terminal;

/** How many columns of a terminal a text takes: two for Chinese characters and emoji. */
public final class DisplayWidth {

  /** First and last code points of what Unicode calls wide or full-width, and of emoji. */
  private static final int[] WIDE = {
    0x1100, 0x115F, // Hangul Jamo
    0x231A, 0x231B, // watch, hourglass
    0x23E9, 0x23EC,
    0x2614, 0x2615,
    0x2648, 0x2653,
    0x26AA, 0x26AB,
    0x26BD, 0x26BE,
    0x2705, 0x2705,
    0x274C, 0x274C,
    0x2753, 0x2757,
    0x2795, 0x2797,
    0x2B1B, 0x2B1C,
    0x2B50, 0x2B55,
    0x2E80, 0x303E, // CJK radicals and punctuation
    0x3041, 0xA4CF, // kana, CJK ideographs, Yi
    0xA960, 0xA97F,
    0xAC00, 0xD7A3, // Hangul
    0xF900, 0xFAFF,
    0xFE30, 0xFE6F,
    0xFF01, 0xFF60, // full-width forms
    0xFFE0, 0xFFE6,
    0x1F300, 0x1F64F, // pictographs, emoticons
    0x1F680, 0x1F6FF,
    0x1F900, 0x1F9FF,
    0x1FA70, 0x1FAFF,
    0x20000, 0x3FFFD, // CJK extensions
  };

  private DisplayWidth() {}

  /** Columns that {@code text} takes. */
  public static int of(String text) {
    return text.codePoints().map(DisplayWidth::of).sum();
  }

  private static int of(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
      default -> isWide(codePoint) ? 2 : 1;
    };
  }

  private static boolean isWide(int codePoint) {
    for (int i = 0; i < WIDE.length && codePoint >= WIDE[i]; i += 2) {
      if (codePoint <= WIDE[i + 1]) {
        return true;
      }
    }
    return false;
  }

  /** The longest beginning of {@code text} that takes at most {@code columns}. */
  public static String fit(String text, int columns) {
    int used = 0;
    int end = 0;
    while (end < text.length()) {
      int codePoint = text.codePointAt(end);
      used += of(codePoint);
      if (used > columns) {
        break;
      }
      end += Character.charCount(codePoint);
    }
    return text.substring(0, end);
  }

  /** The longest end of {@code text} that takes at most {@code columns}. */
  public static String fitEnd(String text, int columns) {
    int used = 0;
    int begin = text.length();
    while (begin > 0) {
      int codePoint = text.codePointBefore(begin);
      used += of(codePoint);
      if (used > columns) {
        break;
      }
      begin -= Character.charCount(codePoint);
    }
    return text.substring(begin);
  }
}
