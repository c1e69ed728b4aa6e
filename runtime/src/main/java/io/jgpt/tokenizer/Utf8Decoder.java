package io.jgpt.tokenizer;

/**
 * Decodes UTF-8 that comes in pieces. Bytes that are no UTF-8 become one U+FFFD for each maximal
 * part of a character, as Unicode recommends and Rust and Python's {@code errors="replace"} do
 * (unlike {@link String#String(byte[], java.nio.charset.Charset)}, which makes one U+FFFD of an
 * encoded surrogate).
 */
final class Utf8Decoder {

  private int codePoint;
  private int missing;
  // The range of the next byte, narrower after E0, ED, F0 and F4: no overlong form, no surrogate,
  // nothing above U+10FFFF.
  private int low = 0x80;
  private int high = 0xBF;

  /** True if no character is unfinished. */
  boolean complete() {
    return missing == 0;
  }

  void push(byte[] bytes, int from, int to, CodePointSink sink) {
    for (int i = from; i < to; i++) {
      int b = bytes[i] & 0xFF;
      if (missing > 0) {
        if (b >= low && b <= high) {
          next(b, sink);
          continue;
        }
        finish(sink);
      }
      first(b, sink);
    }
  }

  /** Ends the text: an unfinished character becomes U+FFFD. */
  void finish(CodePointSink sink) {
    if (missing > 0) {
      reset();
      sink.accept(Utf8.REPLACEMENT);
    }
  }

  private void next(int b, CodePointSink sink) {
    codePoint = (codePoint << 6) | (b & 0x3F);
    low = 0x80;
    high = 0xBF;
    if (--missing == 0) {
      sink.accept(codePoint);
    }
  }

  private void first(int b, CodePointSink sink) {
    if (b < 0x80) {
      sink.accept(b);
    } else if (b >= 0xC2 && b <= 0xDF) {
      begin(b & 0x1F, 1);
    } else if (b >= 0xE0 && b <= 0xEF) {
      begin(b & 0x0F, 2);
      low = b == 0xE0 ? 0xA0 : 0x80;
      high = b == 0xED ? 0x9F : 0xBF;
    } else if (b >= 0xF0 && b <= 0xF4) {
      begin(b & 0x07, 3);
      low = b == 0xF0 ? 0x90 : 0x80;
      high = b == 0xF4 ? 0x8F : 0xBF;
    } else {
      sink.accept(Utf8.REPLACEMENT);
    }
  }

  private void begin(int bits, int following) {
    codePoint = bits;
    missing = following;
  }

  private void reset() {
    missing = 0;
    low = 0x80;
    high = 0xBF;
  }
}
