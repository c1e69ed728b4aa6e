package io.jgpt.agent.tool;

import java.text.Normalizer;
import java.util.Optional;
import java.util.regex.Pattern;

/** Decimal numbers as people write them: {@code -3.5}, {@code 1,200}, {@code １２}. */
final class Decimal implements Form {

  static final Decimal FORM = new Decimal();

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(?:\\d{1,3}(?:,\\d{3})+|\\d+)?(?:\\.\\d+)?");

  private Decimal() {}

  /**
   * The value of a number.
   *
   * @throws ToolException if it is none
   * @throws ArithmeticException if it is out of bounds
   */
  static Rational value(String text) throws ToolException {
    Optional<String> number = read(text);
    if (number.isEmpty()) {
      throw new ToolException("not a number: " + normalized(text));
    }
    return Rational.of(number.get());
  }

  @Override
  public boolean fits(String text) {
    return read(text).isPresent();
  }

  @Override
  public int reach(String text) {
    if (text.isEmpty() || Character.isLetter(text.codePointAt(0))) {
      return 0;
    }
    return Form.aligned(text)
        .map(normal -> NUMBER.matcher(minus(normal)))
        .map(number -> number.lookingAt() ? number.end() : 0)
        .orElse(text.length());
  }

  /** As {@link Rational} reads it. */
  private static Optional<String> read(String text) {
    String number = normalized(text);
    return NUMBER.matcher(number).matches() && number.chars().anyMatch(Character::isDigit)
        ? Optional.of(number.replace(",", ""))
        : Optional.empty();
  }

  private static String normalized(String text) {
    return minus(Normalizer.normalize(text, Normalizer.Form.NFKC)).strip();
  }

  private static String minus(String normal) {
    return normal.replace('−', '-');
  }
}
