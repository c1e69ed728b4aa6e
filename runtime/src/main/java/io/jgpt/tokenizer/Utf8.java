package io.jgpt.tokenizer;

/** Writes code points as UTF-8. */
final class Utf8 {

  /** Stands for what is no character. */
  static final int REPLACEMENT = 0xFFFD;

  private Utf8() {}

  /**
   * Writes {@code codePoint}, which is no surrogate, at {@code at}; returns the place behind it.
   */
  static int put(int codePoint, byte[] bytes, int at) {
    int n = at;
    if (codePoint < 0x80) {
      bytes[n++] = (byte) codePoint;
      return n;
    }
    if (codePoint < 0x800) {
      bytes[n++] = (byte) (0xC0 | (codePoint >> 6));
    } else {
      if (codePoint < 0x10000) {
        bytes[n++] = (byte) (0xE0 | (codePoint >> 12));
      } else {
        bytes[n++] = (byte) (0xF0 | (codePoint >> 18));
        bytes[n++] = (byte) (0x80 | ((codePoint >> 12) & 0x3F));
      }
      bytes[n++] = (byte) (0x80 | ((codePoint >> 6) & 0x3F));
    }
    bytes[n++] = (byte) (0x80 | (codePoint & 0x3F));
    return n;
  }

  /**
   * Writes {@code text[from, to)}, which is well-formed, to the start of {@code bytes}, which has
   * room for three times its chars; returns the number of bytes.
   */
  static int put(String text, int from, int to, byte[] bytes) {
    int n = 0;
    int i = from;
    while (i < to) {
      char c = text.charAt(i);
      if (c < 0x80) {
        bytes[n++] = (byte) c;
        i++;
      } else {
        int codePoint = text.codePointAt(i);
        n = put(codePoint, bytes, n);
        i += Character.charCount(codePoint);
      }
    }
    return n;
  }
}
