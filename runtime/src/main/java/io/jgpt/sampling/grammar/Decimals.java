package io.jgpt.sampling.grammar;

import static io.jgpt.sampling.grammar.Grammar.choice;
import static io.jgpt.sampling.grammar.Grammar.literal;
import static io.jgpt.sampling.grammar.Grammar.optional;
import static io.jgpt.sampling.grammar.Grammar.repeat;
import static io.jgpt.sampling.grammar.Grammar.sequence;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * Decimal numbers within bounds, digit by digit: a number is at least another of as many digits if
 * it has a larger digit where they first differ.
 */
final class Decimals {

  /** Most digits before the point of a number without a bound: a long or a double holds them. */
  private static final int MAX_DIGITS = 18;

  /** Most digits behind those that a bound has. */
  private static final int MORE_DIGITS = 6;

  private static final Grammar NEVER = choice();

  /** Any integer of up to 18 digits. */
  static final Grammar INTEGER = Grammar.regex("-?(0|[1-9][0-9]{0,17})");

  /** Any number that a double can hold. */
  static final Grammar NUMBER =
      Grammar.regex("-?(0|[1-9][0-9]{0,15})(\\.[0-9]{1,16})?([eE][+-]?[0-9]{1,2})?");

  private Decimals() {}

  /**
   * A bound of a number.
   *
   * @param open whether the bound itself lies outside
   */
  record Bound(BigDecimal value, boolean open) {

    /** Of the two the one that leaves less above. */
    Bound higher(Bound other) {
      int order = value.compareTo(other.value);
      return order > 0 || (order == 0 && open) ? this : other;
    }

    /** Of the two the one that leaves less below. */
    Bound lower(Bound other) {
      int order = value.compareTo(other.value);
      return order < 0 || (order == 0 && open) ? this : other;
    }

    private Bound negated() {
      return new Bound(value.negate(), open);
    }

    private BigInteger leastInteger() {
      BigInteger floor = floor();
      boolean whole = new BigDecimal(floor).compareTo(value) == 0;
      return whole && !open ? floor : floor.add(BigInteger.ONE);
    }

    private BigInteger greatestInteger() {
      return negated().leastInteger().negate();
    }

    private BigInteger floor() {
      return value.setScale(0, RoundingMode.FLOOR).toBigInteger();
    }

    /** The digits behind the point, without zeros at the end. */
    private String fraction() {
      BigDecimal fraction = value.subtract(new BigDecimal(floor())).stripTrailingZeros();
      return fraction.signum() == 0 ? "" : fraction.toPlainString().substring(2);
    }
  }

  /** The integers between two bounds; {@code NEVER} if there are none. */
  static Grammar integers(Bound low, Bound high) {
    return integers(low.leastInteger(), high.greatestInteger());
  }

  /** A bound so far from another that it is none. */
  static Bound beyond(Bound other, int sign) {
    BigDecimal far = BigDecimal.TEN.pow(MAX_DIGITS).subtract(BigDecimal.ONE);
    BigDecimal value =
        other.value.abs().compareTo(far) < 0 ? far : other.value.abs().scaleByPowerOfTen(1);
    return new Bound(sign < 0 ? value.negate() : value, false);
  }

  private static Grammar integers(BigInteger low, BigInteger high) {
    List<Grammar> parts = new ArrayList<>();
    if (low.signum() < 0) {
      BigInteger nearest = high.signum() < 0 ? high.negate() : BigInteger.ONE;
      parts.add(after("-", naturals(nearest, low.negate())));
    }
    parts.add(naturals(low.max(BigInteger.ZERO), high));
    return either(parts);
  }

  private static Grammar naturals(BigInteger low, BigInteger high) {
    if (low.compareTo(high) > 0) {
      return NEVER;
    }
    String from = low.toString();
    String to = high.toString();
    if (from.length() == to.length()) {
      return sameLength(from, to);
    }
    boolean gap = to.length() - from.length() > 1;
    Grammar between =
        gap ? sequence(digit('1', '9'), digits(from.length(), to.length() - 2)) : NEVER;
    return either(
        List.of(
            sameLength(from, "9".repeat(from.length())),
            between,
            sameLength("1" + "0".repeat(to.length() - 1), to)));
  }

  private static Grammar sameLength(String from, String to) {
    if (isAll(from, '0') && isAll(to, '9')) {
      return digits(from.length(), from.length());
    }
    char low = from.charAt(0);
    char high = to.charAt(0);
    int rest = from.length() - 1;
    if (low == high) {
      return after(from.substring(0, 1), sameLength(from.substring(1), to.substring(1)));
    }
    return either(
        List.of(
            after(from.substring(0, 1), sameLength(from.substring(1), "9".repeat(rest))),
            low + 1 < high
                ? sequence(digit((char) (low + 1), (char) (high - 1)), digits(rest, rest))
                : NEVER,
            after(to.substring(0, 1), sameLength("0".repeat(rest), to.substring(1)))));
  }

  /** The numbers between two bounds, without exponents; {@code NEVER} if there are none. */
  static Grammar numbers(Bound low, Bound high) {
    int order = low.value.compareTo(high.value);
    if (order > 0 || (order == 0 && (low.open || high.open))) {
      return NEVER;
    }
    var zero = new Bound(BigDecimal.ZERO, false);
    List<Grammar> parts = new ArrayList<>();
    if (high.value.signum() > 0 || (high.value.signum() == 0 && !high.open)) {
      parts.add(between(low.higher(zero), high));
    }
    if (low.value.signum() < 0) {
      parts.add(after("-", between(high.negated().higher(zero), low.negated())));
    }
    return either(parts);
  }

  /** Of bounds that are not negative. */
  private static Grammar between(Bound low, Bound high) {
    BigInteger first = low.floor();
    BigInteger last = high.floor();
    Grammar least = fractionAtLeast(low);
    Grammar most = fractionAtMost(high);
    if (first.equals(last)) {
      return after(first.toString(), new Grammar.Both(least, most));
    }
    Grammar whole = naturals(first.add(BigInteger.ONE), last.subtract(BigInteger.ONE));
    Grammar fraction = optional(sequence(literal("."), digits(1, MORE_DIGITS)));
    return either(
        List.of(
            after(first.toString(), least),
            isNever(whole) ? NEVER : sequence(whole, fraction),
            after(last.toString(), most)));
  }

  /** Of the bound's own whole part: the point and digits that are large enough, or nothing. */
  private static Grammar fractionAtLeast(Bound bound) {
    String fraction = bound.fraction();
    return fraction.isEmpty() && !bound.open
        ? optional(sequence(literal("."), digits(1, MORE_DIGITS)))
        : after(".", fractionAtLeast(fraction, bound.open));
  }

  private static Grammar fractionAtLeast(String fraction, boolean open) {
    if (fraction.isEmpty()) {
      Grammar more = digits(0, MORE_DIGITS);
      return open ? sequence(repeat(literal("0"), 0, MORE_DIGITS), digit('1', '9'), more) : more;
    }
    char first = fraction.charAt(0);
    Grammar larger =
        first == '9'
            ? NEVER
            : sequence(digit((char) (first + 1), '9'), digits(0, fraction.length() + MORE_DIGITS));
    return either(
        List.of(
            larger, after(fraction.substring(0, 1), fractionAtLeast(fraction.substring(1), open))));
  }

  /** As above, small enough; {@code NEVER} if nothing is. */
  private static Grammar fractionAtMost(Bound bound) {
    String fraction = bound.fraction();
    if (fraction.isEmpty()) {
      Grammar zeros = sequence(literal("."), repeat(literal("0"), 1, MORE_DIGITS));
      return bound.open ? NEVER : optional(zeros);
    }
    return optional(after(".", fractionAtMost(fraction, bound.open)));
  }

  /** At least one digit of a fraction that is not all zeros. */
  private static Grammar fractionAtMost(String fraction, boolean open) {
    char first = fraction.charAt(0);
    Grammar smaller =
        first == '0'
            ? NEVER
            : sequence(digit('0', (char) (first - 1)), digits(0, fraction.length() + MORE_DIGITS));
    Grammar rest;
    if (fraction.length() > 1) {
      rest = optional(fractionAtMost(fraction.substring(1), open));
    } else {
      rest = open ? NEVER : repeat(literal("0"), 0, MORE_DIGITS);
    }
    return either(List.of(smaller, after(fraction.substring(0, 1), rest)));
  }

  private static boolean isAll(String digits, char digit) {
    return digits.chars().allMatch(c -> c == digit);
  }

  private static Grammar digit(char from, char to) {
    return Grammar.anyOf(CodePoints.range(from, to));
  }

  private static Grammar digits(int min, int max) {
    return repeat(digit('0', '9'), min, max);
  }

  private static Grammar after(String prefix, Grammar rest) {
    return isNever(rest) ? NEVER : sequence(literal(prefix), rest);
  }

  private static Grammar either(List<Grammar> parts) {
    List<Grammar> possible = parts.stream().filter(part -> !isNever(part)).toList();
    return possible.size() == 1 ? possible.getFirst() : new Grammar.Choice(possible);
  }

  private static boolean isNever(Grammar grammar) {
    return grammar.equals(NEVER);
  }
}
