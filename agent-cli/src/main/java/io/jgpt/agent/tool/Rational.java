package io.jgpt.agent.tool;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * A fraction in lowest terms; the denominator is positive. Results are bounded: one that would need
 * more than {@value #MAX_BITS} bits is refused before it is computed.
 */
record Rational(BigInteger numerator, BigInteger denominator) {

  static final int MAX_BITS = 4096;

  /** Longest integer or decimal written in full. */
  private static final int FULL_DIGITS = 100;

  static final Rational ONE = of(1);

  Rational {
    if (denominator.signum() == 0) {
      throw new ArithmeticException("division by zero");
    }
    BigInteger common = numerator.gcd(denominator);
    if (denominator.signum() < 0) {
      common = common.negate();
    }
    numerator = numerator.divide(common);
    denominator = denominator.divide(common);
    if (Math.max(numerator.bitLength(), denominator.bitLength()) > MAX_BITS) {
      throw tooLarge();
    }
  }

  static Rational of(long value) {
    return new Rational(BigInteger.valueOf(value), BigInteger.ONE);
  }

  /** A decimal such as {@code 3.5}. */
  static Rational of(String decimal) {
    BigDecimal value = new BigDecimal(decimal);
    if (Math.abs((long) value.scale()) > MAX_BITS / 4 || value.precision() > MAX_BITS / 4) {
      throw tooLarge();
    }
    return value.scale() > 0
        ? new Rational(value.unscaledValue(), BigInteger.TEN.pow(value.scale()))
        : new Rational(value.toBigIntegerExact(), BigInteger.ONE);
  }

  private static ArithmeticException tooLarge() {
    return new ArithmeticException("the number is too large");
  }

  Rational plus(Rational other) {
    return new Rational(
        numerator.multiply(other.denominator).add(other.numerator.multiply(denominator)),
        denominator.multiply(other.denominator));
  }

  Rational minus(Rational other) {
    return plus(other.negate());
  }

  Rational times(Rational other) {
    return new Rational(
        numerator.multiply(other.numerator), denominator.multiply(other.denominator));
  }

  Rational over(Rational other) {
    return new Rational(
        numerator.multiply(other.denominator), denominator.multiply(other.numerator));
  }

  Rational negate() {
    return new Rational(numerator.negate(), denominator);
  }

  /** The remainder with the sign of the divisor, so that {@code -1 mod 5} is 4. */
  Rational modulo(Rational divisor) {
    return minus(divisor.times(over(divisor).floor()));
  }

  private Rational floor() {
    BigInteger[] parts = numerator.divideAndRemainder(denominator);
    boolean below = parts[1].signum() < 0;
    return new Rational(below ? parts[0].subtract(BigInteger.ONE) : parts[0], BigInteger.ONE);
  }

  /** A power with a whole exponent. */
  Rational power(Rational exponent) {
    if (!exponent.isWhole()) {
      throw new ArithmeticException("the exponent is not a whole number");
    }
    boolean trivial = numerator.abs().bitLength() <= 1 && denominator.bitLength() == 1;
    BigInteger size = exponent.numerator.abs();
    if (trivial) {
      // 0, 1 and -1: only whether the exponent is even matters.
      size = size.signum() == 0 ? size : BigInteger.TWO.subtract(size.and(BigInteger.ONE));
    } else {
      long bits = Math.max(numerator.bitLength(), denominator.bitLength());
      // A number of b bits is at least 2^(b-1).
      if (size.bitLength() > 13 || (bits - 1) * size.longValue() > MAX_BITS) {
        throw tooLarge();
      }
    }
    Rational result =
        new Rational(numerator.pow(size.intValue()), denominator.pow(size.intValue()));
    return exponent.numerator.signum() < 0 ? ONE.over(result) : result;
  }

  /** The square root, exact where it is a fraction, else to 60 digits. */
  Rational squareRoot() {
    if (numerator.signum() < 0) {
      throw new ArithmeticException("square root of a negative number");
    }
    BigInteger top = numerator.sqrt();
    BigInteger bottom = denominator.sqrt();
    if (top.multiply(top).equals(numerator) && bottom.multiply(bottom).equals(denominator)) {
      return new Rational(top, bottom);
    }
    return of(decimal(80).sqrt(new MathContext(60)).toPlainString());
  }

  private BigDecimal decimal(int digits) {
    return new BigDecimal(numerator)
        .divide(new BigDecimal(denominator), new MathContext(digits, RoundingMode.HALF_EVEN));
  }

  boolean isWhole() {
    return denominator.equals(BigInteger.ONE);
  }

  /**
   * The decimal that this is, in full if it has at most {@value #FULL_DIGITS} digits and ends, else
   * rounded to {@code digits} significant digits. No exponent.
   */
  String decimalText(int digits) {
    if (isWhole()) {
      String whole = numerator.toString();
      if (whole.length() > FULL_DIGITS) {
        throw tooLarge();
      }
      return whole;
    }
    BigDecimal value = exact(digits);
    String text = value.stripTrailingZeros().toPlainString();
    if (text.length() > 2 * FULL_DIGITS) {
      throw new ArithmeticException("the number is too small");
    }
    return text;
  }

  private BigDecimal exact(int digits) {
    BigDecimal value = decimal(FULL_DIGITS);
    boolean ends =
        value.multiply(new BigDecimal(denominator)).compareTo(new BigDecimal(numerator)) == 0;
    return ends && value.stripTrailingZeros().precision() <= 2 * digits ? value : decimal(digits);
  }
}
