package io.jgpt.sampling;

/**
 * Philox 4x32-10, the counter-based generator of Salmon et al., "Parallel Random Numbers: As Easy
 * as 1, 2, 3" (SC 2011): 128 bits from a 128-bit counter under a 64-bit key. Any draw can be
 * computed by itself, in any order and on any device. Reused between calls so that drawing
 * allocates nothing; not safe for use by several threads.
 */
final class Philox {

  private static final int MULTIPLIER_0 = 0xD2511F53;
  private static final int MULTIPLIER_1 = 0xCD9E8D57;
  private static final int WEYL_0 = 0x9E3779B9; // golden ratio
  private static final int WEYL_1 = 0xBB67AE85; // sqrt(3) - 1
  private static final int ROUNDS = 10;

  private final int[] block = new int[4];

  /** Fills the block: counter words 0 to 3, key words 0 and 1, as Random123 orders them. */
  void compute(int c0, int c1, int c2, int c3, int k0, int k1) {
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = Integer.toUnsignedLong(MULTIPLIER_0) * Integer.toUnsignedLong(c0);
      long product1 = Integer.toUnsignedLong(MULTIPLIER_1) * Integer.toUnsignedLong(c2);
      c0 = (int) (product1 >>> 32) ^ c1 ^ k0;
      c1 = (int) product1;
      c2 = (int) (product0 >>> 32) ^ c3 ^ k1;
      c3 = (int) product0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    block[0] = c0;
    block[1] = c1;
    block[2] = c2;
    block[3] = c3;
  }

  /** A word of the block last computed, 0 to 3. */
  int word(int index) {
    return block[index];
  }
}
