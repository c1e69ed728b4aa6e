package io.jgpt.testing;

import io.jgpt.model.Activation;
import java.util.function.DoubleUnaryOperator;

/**
 * The formulas of a decoder's operators, one loop after the other. In {@link Precision#DOUBLE} the
 * reference; in {@link Precision#SINGLE}, where every step is rounded, the naive implementation
 * whose error a good one may exceed at most twofold.
 */
public record ReferenceOperators(Precision precision) {

  /** What the result of each operation is rounded to. */
  public enum Precision {
    SINGLE {
      @Override
      double round(double x) {
        return (float) x;
      }
    },
    DOUBLE {
      @Override
      double round(double x) {
        return x;
      }
    };

    abstract double round(double x);
  }

  private double r(double x) {
    return precision.round(x);
  }

  /**
   * {@code f(x W + b) + residual}.
   *
   * @param x [T, K]
   * @param w [N, K]
   * @param bias [N]
   * @param residual [T, N]
   */
  public double[] linear(
      float[] x, float[] w, float[] bias, Activation activation, float[] residual, int k) {
    return linear(x, w, bias, sum -> activate(sum, activation), residual, k);
  }

  /** {@code x W + b + residual}; shapes as above. */
  public double[] linear(float[] x, float[] w, float[] bias, float[] residual, int k) {
    return linear(x, w, bias, sum -> sum, residual, k);
  }

  private double[] linear(
      float[] x, float[] w, float[] bias, DoubleUnaryOperator f, float[] residual, int k) {
    int n = bias.length;
    int rows = x.length / k;
    double[] out = new double[rows * n];
    for (int t = 0; t < rows; t++) {
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int i = 0; i < k; i++) {
          sum = r(sum + r((double) x[t * k + i] * w[j * k + i]));
        }
        int at = t * n + j;
        out[at] = r(f.applyAsDouble(r(sum + bias[j])) + residual[at]);
      }
    }
    return out;
  }

  private double activate(double x, Activation activation) {
    return switch (activation) {
      case GELU_TANH -> {
        double u = r(Math.sqrt(2 / Math.PI)) * r(x + r(r(0.044715) * r(x * r(x * x))));
        yield r(r(0.5 * x) * r(1 + r(Math.tanh(r(u)))));
      }
      case GELU_ERF -> r(r(0.5 * x) * r(1 + r(erf(r(x / r(Math.sqrt(2)))))));
      case RELU -> Math.max(x, 0);
      case SILU -> r(x / r(1 + r(Math.exp(-x))));
    };
  }

  /** By its series, enough terms for |z| up to 6; beyond it is 1. */
  private static double erf(double z) {
    if (Math.abs(z) > 6) {
      return Math.signum(z);
    }
    double term = z;
    double sum = z;
    for (int i = 1; i < 200; i++) {
      term *= 2 * z * z / (2 * i + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-z * z) * sum;
  }

  /** x [T, C]. */
  public double[] layerNorm(float[] x, float[] gain, float[] bias, float epsilon) {
    int c = gain.length;
    double[] out = new double[x.length];
    for (int row = 0; row < x.length; row += c) {
      double mean = 0;
      for (int i = 0; i < c; i++) {
        mean = r(mean + x[row + i]);
      }
      mean = r(mean / c);
      double variance = 0;
      for (int i = 0; i < c; i++) {
        double d = r(x[row + i] - mean);
        variance = r(variance + r(d * d));
      }
      double scale = r(1 / r(Math.sqrt(r(r(variance / c) + epsilon))));
      for (int i = 0; i < c; i++) {
        out[row + i] = r(r(r(r(x[row + i] - mean) * scale) * gain[i]) + bias[i]);
      }
    }
    return out;
  }

  /**
   * One query of one head.
   *
   * @param q [HS]
   * @param keys [n, HS]
   * @param values [n, HS]
   */
  public double[] attention(float[] q, float[] keys, float[] values, float scale) {
    int size = q.length;
    int n = keys.length / size;
    double[] weights = new double[n];
    double max = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < n; j++) {
      for (int d = 0; d < size; d++) {
        weights[j] = r(weights[j] + r((double) q[d] * keys[j * size + d]));
      }
      weights[j] = r(weights[j] * scale);
      max = Math.max(max, weights[j]);
    }
    double total = 0;
    for (int j = 0; j < n; j++) {
      weights[j] = r(Math.exp(r(weights[j] - max)));
      total = r(total + weights[j]);
    }
    double[] out = new double[size];
    for (int j = 0; j < n; j++) {
      for (int d = 0; d < size; d++) {
        out[d] = r(out[d] + r(r(weights[j] / total) * values[j * size + d]));
      }
    }
    return out;
  }
}
