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
