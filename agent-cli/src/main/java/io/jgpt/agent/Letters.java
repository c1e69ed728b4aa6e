package io.jgpt.agent;

import java.lang.Character.UnicodeScript;
import java.util.Set;

/** What a text's characters are to its words, as code points. */
public final class Letters {

  private static final Set<UnicodeScript> SPACELESS =
      Set.of(
          UnicodeScript.HAN,
          UnicodeScript.HIRAGANA,
          UnicodeScript.KATAKANA,
          UnicodeScript.THAI,
          UnicodeScript.LAO,
          UnicodeScript.KHMER,
          UnicodeScript.MYANMAR);

  private Letters() {}

  /** A letter of a script that puts no spaces between words. */
  public static boolean isSpaceless(int c) {
    return (Character.isLetter(c) || Character.isIdeographic(c))
        && SPACELESS.contains(UnicodeScript.of(c));
  }

  /** A letter of a script that puts spaces between words. */
  public static boolean isLetter(int c) {
    return Character.isLetter(c) && !SPACELESS.contains(UnicodeScript.of(c));
  }

  /** A digit of any script. */
  public static boolean isDigit(int c) {
    return Character.isDigit(c);
  }

  /** What words between spaces are made of. */
  public static boolean isWord(int c) {
    return isLetter(c) || isDigit(c) || c == '_';
  }

  /** Part of the character before it. */
  public static boolean isMark(int c) {
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK ->
          true;
      default -> false;
    };
  }
}
