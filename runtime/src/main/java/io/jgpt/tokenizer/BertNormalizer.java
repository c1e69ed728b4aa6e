package io.jgpt.tokenizer;

import java.text.Normalizer.Form;

/**
 * BERT's normalisation.
 *
 * @param cleanText drop control characters, make every white space a space
 * @param spaceIdeographs put spaces around CJK ideographs
 * @param stripAccents decompose and drop the marks
 * @param lowercase as it says
 */
record BertNormalizer(
    boolean cleanText, boolean spaceIdeographs, boolean stripAccents, boolean lowercase)
    implements Normalizer {

  @Override
  public String normalize(String text) {
    String result = cleanText ? clean(text) : text;
    result = spaceIdeographs ? space(result) : result;
    result = stripAccents ? stripAccents(result) : result;
    return lowercase ? lowercase(result) : result;
  }

  private static String clean(String text) {
    var result = new StringBuilder(text.length());
    text.codePoints()
        .filter(c -> c != 0 && c != Utf8.REPLACEMENT && !isControl(c))
        .forEach(c -> result.appendCodePoint(CharClass.isSpace(c) ? ' ' : c));
    return result.toString();
  }

  private static boolean isControl(int c) {
    return switch ((byte) Character.getType(c)) {
      case Character.CONTROL -> c != '\t' && c != '\n' && c != '\r';
      case Character.FORMAT, Character.PRIVATE_USE -> true;
      default -> false;
    };
  }

  private static String space(String text) {
    if (text.codePoints().noneMatch(Cjk::isIdeograph)) {
      return text;
    }
    var result = new StringBuilder(2 * text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (Cjk.isIdeograph(c)) {
                result.append(' ').appendCodePoint(c).append(' ');
              } else {
                result.appendCodePoint(c);
              }
            });
    return result.toString();
  }

  /**
   * Each code point by itself, as the reference does: {@link String#toLowerCase()} looks around a
   * capital sigma. U+0130 is the only one whose lower case is two code points.
   */
  static String lowercase(String text) {
    var result = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (c == 0x130) {
                result.append("i\u0307");
              } else {
                result.appendCodePoint(Character.toLowerCase(c));
              }
            });
    return result.toString();
  }

  static String stripAccents(String text) {
    var result = new StringBuilder(text.length());
    java.text.Normalizer.normalize(text, Form.NFD)
        .codePoints()
        .filter(c -> Character.getType(c) != Character.NON_SPACING_MARK)
        .forEach(result::appendCodePoint);
    return result.toString();
  }
}
