package io.jgpt.tokenizer;

/**
 * GPT-2's spelling of bytes as printable characters: {@code !} to {@code ~}, {@code ¡} to {@code ¬}
 * and {@code ®} to {@code ÿ} stand for themselves, the other 68 bytes in order for U+0100, U+0101,
 * ... (so that a space is {@code Ġ}). Vocabulary files hold their tokens in this spelling.
 */
final class ByteAlphabet {

  /** All characters of the alphabet are below this one. */
  static final int LIMIT = 0x144;

  private static final char[] CHARS = new char[256];
  private static final short[] BYTES = new short[LIMIT];

  static {
    java.util.Arrays.fill(BYTES, (short) -1);
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

  /** The byte that {@code codePoint} spells, -1 if it is not of the alphabet. */
  static int byteOf(int codePoint) {
    return codePoint >= 0 && codePoint < LIMIT ? BYTES[codePoint] : -1;
  }

  static String spell(byte[] bytes) {
    char[] chars = new char[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      chars[i] = CHARS[bytes[i] & 0xFF];
    }
    return new String(chars);
  }

  /**
   * Writes the bytes that {@code spelling} stands for into {@code target}, which has room for one
   * byte per character; returns their number, -1 if a character is not of the alphabet.
   */
  static int unspell(CharSequence spelling, byte[] target) {
    for (int i = 0; i < spelling.length(); i++) {
      int b = byteOf(spelling.charAt(i));
      if (b < 0) {
        return -1;
      }
      target[i] = (byte) b;
    }
    return spelling.length();
  }
}
