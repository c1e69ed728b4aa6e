package io.jgpt.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** How far from the truth a result may be. */
public final class ErrorBound {

  private ErrorBound() {}

  /**
   * The largest error of {@code actual} is at most twice that of {@code naive}, which is an
   * implementation in the same precision without any art; beside that, two units in the last place
   * of the largest output.
   *
   * @param what is named by the failure
   */
  public static void twiceNaive(String what, double[] expected, double[] naive, float[] actual) {
    double largest = 0;
    double tolerated = 0;
    double error = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      tolerated = Math.max(tolerated, Math.abs(naive[i] - expected[i]));
      // Not Math.max: it must fail on NaN.
      error =
          Math.abs(actual[i] - expected[i]) <= error ? error : Math.abs(actual[i] - expected[i]);
    }
    double limit = 2 * tolerated + 2 * Math.ulp((float) largest);
    assertTrue(error <= limit, what + ": error " + error + ", limit " + limit);
  }
}
