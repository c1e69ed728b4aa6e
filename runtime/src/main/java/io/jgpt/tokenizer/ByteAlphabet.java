package io.jgpt.tokenizer;

import java.util.Arrays;

/**
 * GPT-2's spelling of bytes as printable characters: {@code !} to {@code ~}, {@code ¡} to {@code ¬}
 * and {@code ®} to {@code ÿ} stand for themselves, the other 68 bytes in order for U+0100, U+0101,
 * ... (so that a space is {@code Ġ}). Vocabulary files hold their tokens in this spelling.
 */
final class ByteAlphabet {

  /** All characters of the alphabet are below this one. */
  private static final int LIMIT = 0x144;

  private static final char[] CHARS = new char[256];
  private static final short[] BYTES = new short[LIMIT];

  static {
    Arrays.fill(BYTES, (short) -1);
    char next = 0x100;
    for (int b = 0; b < 256; b++) {
      CHARS[b] = standsForItself(b) ? (char) b : next++;
      BYTES[CHARS[b]] = (short) b;
    }
  }

  private ByteAlphabet() {}

  private static boolean standsForItself(int b) {
    return (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
  }

  static String spell(byte[] bytes) {
    char[] chars = new char[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      chars[i] = CHARS[bytes[i] & 0xFF];
    }
    return new String(chars);
  }

  /**
   * Replaces a spelling, {@code text[from, to)} in UTF-8, by the bytes it stands for, in place.
   * Returns the end of these, -1 if a character is not of the alphabet; nothing has changed then.
   */
  static int unspell(byte[] text, int from, int to) {
    if (!isSpelling(text, from, to)) {
      return -1;
    }
    int n = from;
    int i = from;
    while (i < to) {
      int c = text[i++];
      if (c < 0) {
        c = (c & 0x1F) << 6 | (text[i++] & 0x3F);
      }
      text[n++] = (byte) BYTES[c];
    }
    return n;
  }

  private static boolean isSpelling(byte[] text, int from, int to) {
    int i = from;
    while (i < to) {
      int c = text[i++];
      if (c < 0) {
        // two bytes: U+0080 to U+017F have the first bytes C2 to C5
        if (c < (byte) 0xC2 || c > (byte) 0xC5 || i == to || (text[i] & 0xC0) != 0x80) {
          return false;
        }
        c = (c & 0x1F) << 6 | (text[i++] & 0x3F);
      }
      if (c >= LIMIT || BYTES[c] < 0) {
        return false;
      }
    }
    return true;
  }
}
