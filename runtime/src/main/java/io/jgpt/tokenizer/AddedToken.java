package io.jgpt.tokenizer;

/**
 * A token that is found in a text by its spelling before the model sees the text.
 *
 * @param content its spelling, not empty
 * @param special a control token: not part of a decoded text
 * @param singleWord found only between characters that are no word characters
 * @param leftStrip takes the white space before it with it
 * @param rightStrip takes the white space after it with it
 * @param normalized found in the normalised text, not in the text as given
 */
record AddedToken(
    int id,
    String content,
    boolean special,
    boolean singleWord,
    boolean leftStrip,
    boolean rightStrip,
    boolean normalized) {

  /** A special token without further conditions. */
  static AddedToken special(int id, String content) {
    return new AddedToken(id, content, true, false, false, false, false);
  }

  AddedToken asSpecial() {
    return new AddedToken(id, content, true, singleWord, leftStrip, rightStrip, normalized);
  }
}
