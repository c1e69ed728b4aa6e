package io.jgpt.sampling.grammar;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a range of code points into sequences of byte ranges such that a text is a character of
 * the range exactly if its UTF-8 bytes lie in one of the sequences, byte by byte:
 *
 * <pre>
 * U+0080 .. U+FFFF  ->  [C2-DF][80-BF]  [E0][A0-BF][80-BF]  [E1-EF][80-BF][80-BF]
 * </pre>
 */
final class Utf8Ranges {

  private static final int[] LAST_OF_LENGTH = {0x7F, 0x7FF, 0xFFFF, 0x10FFFF};

  private Utf8Ranges() {}

  /** Low and high of each byte, alternating; without surrogates between. */
  static List<int[]> of(int first, int last) {
    List<int[]> sequences = new ArrayList<>();
    split(first, last, sequences);
    return sequences;
  }

  private static void split(int first, int last, List<int[]> out) {
    for (int limit : LAST_OF_LENGTH) {
      if (first <= limit && limit < last) {
        split(first, limit, out);
        split(limit + 1, last, out);
        return;
      }
    }
    // Blocks of 64, 4096 and 262144 code points: whole ones can be told byte by byte.
    for (int bits = 6; bits <= 18 && last > 0x7F; bits += 6) {
      int mask = (1 << bits) - 1;
      if ((first & ~mask) != (last & ~mask)) {
        if ((first & mask) != 0) {
          split(first, first | mask, out);
          split((first | mask) + 1, last, out);
          return;
        }
        if ((last & mask) != mask) {
          split(first, (last & ~mask) - 1, out);
          split(last & ~mask, last, out);
          return;
        }
      }
    }
    out.add(bytes(first, last));
  }

  private static int[] bytes(int first, int last) {
    int n = last <= 0x7F ? 1 : last <= 0x7FF ? 2 : last <= 0xFFFF ? 3 : 4;
    int[] bytes = new int[2 * n];
    for (int i = 0; i < n; i++) {
      int shift = 6 * (n - 1 - i);
      int lead = n == 1 ? 0 : i > 0 ? 0x80 : 0xF00 >> n & 0xFF;
      int mask = n == 1 ? 0x7F : 0x3F;
      bytes[2 * i] = lead | (first >> shift & mask);
      bytes[2 * i + 1] = lead | (last >> shift & mask);
    }
    return bytes;
  }
}
