package io.jgpt.engine.cpu;

import io.jgpt.model.Activation;

/** The FFN's activations in double, rounded once. */
final class JavaActivation {

  private JavaActivation() {}

  static float apply(Activation activation, float value) {
    double x = value;
    return (float)
        switch (activation) {
          case GELU_TANH ->
              0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
          case GELU_ERF -> 0.5 * x * (1 + erf(x / Math.sqrt(2)));
          case RELU -> Math.max(x, 0);
          case SILU -> x / (1 + Math.exp(-x));
        };
  }

  /**
   * The error function by the series {@code 2/sqrt(pi) exp(-x^2) sum_n 2^n x^(2n+1) / (2n+1)!!},
   * whose terms are all of one sign (Abramowitz and Stegun 7.1.6). From 6 on it is 1 in double.
   */
  static double erf(double x) {
    if (Double.isNaN(x) || Math.abs(x) >= 6) {
      return Double.isNaN(x) ? x : Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }
}
