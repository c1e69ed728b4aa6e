package io.jgpt.agent.store;

import java.util.random.RandomGenerator;

/**
 * Laplace noise on whole numbers: P(k) is proportional to exp(-epsilon |k|). Added to counts of
 * which one person's contribution changes one by 1, it makes them epsilon-differentially private.
 *
 * <p>Drawn as Canonne, Kamath and Steinke do it ("The Discrete Gaussian for Differential Privacy",
 * 2020, algorithms 1 and 2): with whole numbers alone, so exactly. Noise made of a floating-point
 * logarithm has gaps in its low digits, and which values can occur tells the count that was to be
 * hidden (Mironov, 2012).
 */
final class DiscreteLaplace {

  private final long numerator;
  private final long denominator;
  private final RandomGenerator random;

  /**
   * With epsilon = {@code numerator / denominator}.
   *
   * @param random a secure one, where something is to be hidden
   */
  DiscreteLaplace(long numerator, long denominator, RandomGenerator random) {
    if (numerator < 1 || denominator < 1) {
      throw new IllegalArgumentException("epsilon " + numerator + "/" + denominator);
    }
    this.numerator = numerator;
    this.denominator = denominator;
    this.random = random;
  }

  /** The next number. */
  long next() {
    while (true) {
      // A geometric variable X with P(X = x) proportional to exp(-x / denominator), in two digits.
      long low = random.nextLong(denominator);
      if (!happensWithExpOfMinus(low, denominator)) {
        continue;
      }
      long high = 0;
      while (happensWithExpOfMinus(1, 1)) {
        high++;
      }
      long size = (low + denominator * high) / numerator;
      boolean negative = random.nextBoolean();
      if (!negative || size > 0) { // else zero would come twice as often
        return negative ? -size : size;
      }
    }
  }

  /**
   * True with probability exp(-n/d), for n from 0 to d: of the terms of the exponential's series,
   * as many are drawn as it takes for one to fail, and that number is odd just so often.
   */
  private boolean happensWithExpOfMinus(long n, long d) {
    long term = 1;
    while (random.nextLong(d * term) < n) {
      term++;
    }
    return term % 2 == 1;
  }
}
