package io.jgpt.sampling;

/**
 * Draws from a softmax by Gumbel-max: the token with the largest score + Gumbel noise is drawn with
 * exactly the probability that the softmax gives it, and nothing needs to be summed or sorted.
 *
 * <p>The noise of a token depends on seed, generated index, sample index and token id alone, so the
 * same scores give the same token on every device and in every batch:
 *
 * <pre>
 *   block = philox4x32-10(counter = (id / 4, generated index, sample index, 0),
 *                         key = (low, high 32 bits of the seed))
 *   u     = (block[id % 4] + 0.5) * 2^-32      unsigned word; in (0, 1), exact in float64
 *   noise = -log(-log(u))                      float64, as PortableMath computes it
 * </pre>
 */
final class GumbelDraw {

  private static final double LN_2 = Math.log(2);

  private final Philox philox = new Philox();

  /**
   * The position drawn among {@code n} candidates.
   *
   * @param ids ascending
   * @param scores of the candidates, finite
   */
  int draw(int[] ids, double[] scores, int n, long seed, int generated, int sample) {
    int low = (int) seed;
    int high = (int) (seed >>> 32);
    int block = -1;
    int drawn = 0;
    double best = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      int id = ids[i];
      if (id >> 2 != block) {
        block = id >> 2;
        philox.compute(block, generated, sample, 0, low, high);
      }
      int word = philox.word(id & 3);
      // Most candidates cannot win, and need no logarithm: noise <= -log(1 - u), since
      // -log(u) >= 1 - u, and 1 - u >= 2^-(z + 1) for z leading zeros of the inverted word.
      double atMost = scores[i] + (Integer.numberOfLeadingZeros(~word) + 1) * LN_2;
      if (atMost > best) {
        double score = scores[i] + noise(word);
        if (score > best) {
          best = score;
          drawn = i;
        }
      }
    }
    return drawn;
  }

  private static double noise(int word) {
    double u = (Integer.toUnsignedLong(word) + 0.5) * 0x1p-32;
    return -PortableMath.log(-PortableMath.log(u));
  }
}
