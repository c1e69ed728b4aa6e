package io.jgpt.tokenizer;

/** The classes of code points that pre-tokenisation tells apart. */
enum CharClass {
  /** {@code \p{L}}. */
  LETTER,
  /** {@code \p{N}}. */
  NUMBER,
  /** {@code \s}: Unicode's White_Space. */
  SPACE,
  OTHER;

  private static final CharClass[] LATIN1 = new CharClass[256];

  static {
    for (int c = 0; c < LATIN1.length; c++) {
      LATIN1[c] = classify(c);
    }
  }

  static CharClass of(int codePoint) {
    return codePoint < LATIN1.length ? LATIN1[codePoint] : classify(codePoint);
  }

  /** Unicode's White_Space; Java's own predicates each differ from it. */
  static boolean isSpace(int c) {
    return c == ' '
        || (c >= '\t' && c <= '\r')
        || c == 0x85
        || c == 0xA0
        || c == 0x1680
        || (c >= 0x2000 && c <= 0x200A)
        || c == 0x2028
        || c == 0x2029
        || c == 0x202F
        || c == 0x205F
        || c == 0x3000;
  }

  /** {@code \w}: letters, marks, digits, connectors and the joiners. */
  static boolean isWord(int codePoint) {
    return Character.isAlphabetic(codePoint)
        || switch ((byte) Character.getType(codePoint)) {
          case Character.NON_SPACING_MARK,
              Character.ENCLOSING_MARK,
              Character.COMBINING_SPACING_MARK,
              Character.DECIMAL_DIGIT_NUMBER,
              Character.CONNECTOR_PUNCTUATION ->
              true;
          default -> codePoint == 0x200C || codePoint == 0x200D;
        };
  }

  /**
   * What BERT takes for punctuation: Unicode's, and all of ASCII that is neither letter nor digit.
   */
  static boolean isPunctuation(int codePoint) {
    if (codePoint < 0x80) {
      return codePoint > ' ' && codePoint < 0x7F && !Character.isLetterOrDigit(codePoint);
    }
    return switch ((byte) Character.getType(codePoint)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }

  private static CharClass classify(int codePoint) {
    return switch ((byte) Character.getType(codePoint)) {
      case Character.UPPERCASE_LETTER,
          Character.LOWERCASE_LETTER,
          Character.TITLECASE_LETTER,
          Character.MODIFIER_LETTER,
          Character.OTHER_LETTER ->
          LETTER;
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER ->
          NUMBER;
      default -> isSpace(codePoint) ? SPACE : OTHER;
    };
  }
}
