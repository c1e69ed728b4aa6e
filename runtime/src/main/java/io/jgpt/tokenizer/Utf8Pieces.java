package io.jgpt.tokenizer;

/** Hands each piece of a well-formed text to the encoder as UTF-8. */
final class Utf8Pieces implements PieceSink {

  private final BytePairEncoder encoder;
  private final IdList ids;
  private byte[] bytes = new byte[256];

  Utf8Pieces(BytePairEncoder encoder, IdList ids) {
    this.encoder = encoder;
    this.ids = ids;
  }

  @Override
  public void accept(String text, int from, int to) {
    if (bytes.length < 3L * (to - from)) {
      bytes = new byte[Math.toIntExact(3L * (to - from))];
    }
    encoder.encode(bytes, 0, encodeUtf8(text, from, to), ids);
  }

  private int encodeUtf8(String text, int from, int to) {
    int n = 0;
    for (int i = from; i < to; i++) {
      int c = text.charAt(i);
      if (c < 0x80) {
        bytes[n++] = (byte) c;
      } else if (c < 0x800) {
        bytes[n++] = (byte) (0xC0 | (c >> 6));
        bytes[n++] = (byte) (0x80 | (c & 0x3F));
      } else {
        if (Character.isSurrogate((char) c)) {
          c = Character.toCodePoint((char) c, text.charAt(++i));
        }
        if (c >= 0x10000) {
          bytes[n++] = (byte) (0xF0 | (c >> 18));
          bytes[n++] = (byte) (0x80 | ((c >> 12) & 0x3F));
        } else {
          bytes[n++] = (byte) (0xE0 | (c >> 12));
        }
        bytes[n++] = (byte) (0x80 | ((c >> 6) & 0x3F));
        bytes[n++] = (byte) (0x80 | (c & 0x3F));
      }
    }
    return n;
  }
}
