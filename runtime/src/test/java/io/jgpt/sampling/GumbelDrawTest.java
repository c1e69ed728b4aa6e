package io.jgpt.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GumbelDrawTest {

  /** The formula of the class comment, without the shortcut around the logarithms. */
  private static int plainly(int[] ids, double[] scores, long seed, int generated, int sample) {
    var philox = new Philox();
    int best = -1;
    double highest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < ids.length; i++) {
      philox.compute(ids[i] / 4, generated, sample, 0, (int) seed, (int) (seed >> 32));
      double u = (Integer.toUnsignedLong(philox.word(ids[i] % 4)) + 0.5) / 4294967296.0;
      double score = scores[i] - Math.log(-Math.log(u));
      if (score > highest) {
        highest = score;
        best = i;
      }
    }
    return best;
  }

  @Test
  void theShortcutChangesNoDraw() {
    var random = new Random(1);
    var gumbel = new GumbelDraw();
    for (int round = 0; round < 2000; round++) {
      int spread = round % 7;
      int[] ids = IntStream.range(0, 300).filter(id -> random.nextInt(3) > 0).toArray();
      double[] scores = random.doubles(ids.length).map(x -> spread * (x - 1)).toArray();
      long seed = random.nextLong();

      int drawn = gumbel.draw(ids, scores, ids.length, seed, round, 3);

      assertEquals(plainly(ids, scores, seed, round, 3), drawn, "round " + round);
    }
  }

  /**
   * These tokens are part of what a seed promises: they must not change from release to release.
   */
  @Test
  void seedsKeepTheirMeaning() {
    var gumbel = new GumbelDraw();
    int[] ids = IntStream.range(0, 1000).toArray();
    double[] equal = new double[1000];
    assertEquals(647, gumbel.draw(ids, equal, 1000, 42, 0, 0));
    assertEquals(814, gumbel.draw(ids, equal, 1000, 42, 1, 0));
    assertEquals(42, gumbel.draw(ids, equal, 1000, 42, 0, 1));
    assertEquals(65, gumbel.draw(ids, equal, 1000, 42L << 32, 0, 0));
  }
}
