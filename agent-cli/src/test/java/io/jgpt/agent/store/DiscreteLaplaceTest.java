package io.jgpt.agent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Seeds are fixed: these tests give the same numbers every time. */
final class DiscreteLaplaceTest {

  private static final int DRAWS = 200_000;

  /** How often each value from -far to far came; what is beyond counts with the outermost. */
  private static long[] histogram(long numerator, long denominator, int far) {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(20261128);
    var noise = new DiscreteLaplace(numerator, denominator, random);
    long[] counts = new long[2 * far + 1];
    for (int i = 0; i < DRAWS; i++) {
      counts[Math.clamp(noise.next(), -far, far) + far]++;
    }
    return counts;
  }

  /** P(k) = (1 - q) / (1 + q) q^|k|, with q = exp(-epsilon). */
  private static double probability(double epsilon, int k) {
    double q = Math.exp(-epsilon);
    return (1 - q) / (1 + q) * Math.pow(q, Math.abs(k));
  }

  /** P(|X| >= k), on one side. */
  private static double tail(double epsilon, int k) {
    double q = Math.exp(-epsilon);
    return Math.pow(q, k) / (1 + q);
  }

  @ParameterizedTest
  @CsvSource({"1,1", "1,2", "2,1", "1,10", "693,1000", "7,2", "10,1"})
  void itHasTheDistributionThatItSays(long numerator, long denominator) {
    double epsilon = (double) numerator / denominator;
    // As far as a value still comes often enough for the test.
    int far = Math.max(1, (int) (Math.log(1000) / epsilon));
    long[] counts = histogram(numerator, denominator, far);
    double chiSquare = 0;
    int cells = 0;
    for (int k = -far; k <= far; k++) {
      boolean outermost = Math.abs(k) == far;
      double p = outermost ? tail(epsilon, far) : probability(epsilon, k);
      double expected = DRAWS * p;
      if (expected >= 5) {
        double off = counts[k + far] - expected;
        chiSquare += off * off / expected;
        cells++;
      }
    }
    // Five standard deviations of a chi-square variable with that many degrees of freedom.
    double limit = (cells - 1) + 5 * Math.sqrt(2.0 * (cells - 1)) + 10;
    assertTrue(chiSquare < limit, chiSquare + " in " + cells + " cells, limit " + limit);
  }

  /** What privacy is: a count and its neighbour give each answer with nearly equal probability. */
  @Test
  void neighboursDifferByAFactorOfExpEpsilonAtMost() {
    long[] counts = histogram(1, 2, 8);
    for (int i = 2; i < counts.length - 2; i++) { // not the outermost, which hold the tails
      double ratio = (double) counts[i] / counts[i - 1];
      double bound = Math.exp(0.5);
      double sampling = 1 + 5 * Math.sqrt(1.0 / counts[i] + 1.0 / counts[i - 1]);
      assertTrue(ratio < bound * sampling && ratio > 1 / (bound * sampling), i + ": " + ratio);
    }
  }

  @Test
  void epsilonIsPositive() {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    assertThrows(IllegalArgumentException.class, () -> new DiscreteLaplace(0, 1, random));
    assertThrows(IllegalArgumentException.class, () -> new DiscreteLaplace(1, 0, random));
  }

  @Test
  void oneSeedGivesOneSequence() {
    var one = new DiscreteLaplace(1, 1, RandomGeneratorFactory.of("L64X128MixRandom").create(7));
    var two = new DiscreteLaplace(1, 1, RandomGeneratorFactory.of("L64X128MixRandom").create(7));
    for (int i = 0; i < 100; i++) {
      assertEquals(one.next(), two.next());
    }
  }
}
