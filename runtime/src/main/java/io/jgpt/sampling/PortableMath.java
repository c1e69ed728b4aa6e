package io.jgpt.sampling;

/**
 * The exponential and the logarithm that sampling needs, from IEEE additions, multiplications,
 * divisions and roundings alone: each is one rounding, in the order written here, so that a device
 * that does the same gets the same bits. {@link Math#exp} and {@link Math#log} may differ in the
 * last place from platform to platform, and a token with them. Errors are below 2 ulp.
 */
final class PortableMath {

  private static final double LOG2_E = 0x1.71547652b82fep0;
  // ln 2 in two parts; k times the first is exact for every exponent k.
  private static final double LN2_HIGH = 0x1.62e42feep-1;
  private static final double LN2_LOW = 0x1.a39ef35793c76p-33;
  private static final double SQRT_2 = 0x1.6a09e667f3bcdp0;

  /** Below, e^x is no normal number. */
  private static final double LOWEST = -708;

  private static final int EXPONENT_BIAS = 1023;
  private static final int FRACTION_BITS = 52;
  private static final long FRACTION = (1L << FRACTION_BITS) - 1;

  private PortableMath() {}

  /**
   * e^x by {@code 2^k e^r}, {@code |r| <= ln 2 / 2}, and Taylor's series up to r^13.
   *
   * @param x at most 0; below -708 the result is 0
   */
  static double exp(double x) {
    if (x < LOWEST) {
      return 0;
    }
    double k = Math.rint(x * LOG2_E);
    double r = (x - k * LN2_HIGH) - k * LN2_LOW;
    double sum = 1.0 / 6227020800.0;
    sum = sum * r + 1.0 / 479001600.0;
    sum = sum * r + 1.0 / 39916800.0;
    sum = sum * r + 1.0 / 3628800.0;
    sum = sum * r + 1.0 / 362880.0;
    sum = sum * r + 1.0 / 40320.0;
    sum = sum * r + 1.0 / 5040.0;
    sum = sum * r + 1.0 / 720.0;
    sum = sum * r + 1.0 / 120.0;
    sum = sum * r + 1.0 / 24.0;
    sum = sum * r + 1.0 / 6.0;
    sum = sum * r + 0.5;
    sum = sum * r + 1.0;
    sum = sum * r + 1.0;
    return sum * Double.longBitsToDouble(((long) k + EXPONENT_BIAS) << FRACTION_BITS);
  }

  /**
   * The natural logarithm: of {@code x = 2^k m}, m from sqrt(1/2) to sqrt(2), it is {@code k ln 2 +
   * 2 artanh(s)}, {@code s = (m - 1) / (m + 1)}, by the series up to s^21.
   *
   * @param x above 0, a normal number
   */
  static double log(double x) {
    long bits = Double.doubleToRawLongBits(x);
    int k = (int) (bits >> FRACTION_BITS) - EXPONENT_BIAS;
    double m = Double.longBitsToDouble((bits & FRACTION) | (long) EXPONENT_BIAS << FRACTION_BITS);
    if (m > SQRT_2) {
      m = m * 0.5;
      k++;
    }
    double s = (m - 1) / (m + 1);
    double z = s * s;
    double sum = 1.0 / 21.0;
    sum = sum * z + 1.0 / 19.0;
    sum = sum * z + 1.0 / 17.0;
    sum = sum * z + 1.0 / 15.0;
    sum = sum * z + 1.0 / 13.0;
    sum = sum * z + 1.0 / 11.0;
    sum = sum * z + 1.0 / 9.0;
    sum = sum * z + 1.0 / 7.0;
    sum = sum * z + 1.0 / 5.0;
    sum = sum * z + 1.0 / 3.0;
    double tail = k * LN2_LOW + 2 * s * (z * sum);
    return k * LN2_HIGH + (2 * s + tail);
  }
}
