package io.jgpt.agent.tool;

import java.text.Normalizer;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Converts units by exact factors. A result that is no finite decimal of at most 20 digits is
 * rounded to {@value #DIGITS} significant digits.
 */
final class Convert implements Tool {

  private static final int DIGITS = 10;
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(?:\\d{1,3}(?:,\\d{3})+|\\d+)?(?:\\.\\d+)?");

  private static final ToolSpec SPEC =
      new ToolSpec(
          "convert",
          "Converts an amount to another unit",
          List.of(
              Parameter.required("amount", Parameter.Kind.NUMBER, "how much"),
              Parameter.required("from", Parameter.Kind.UNIT, "its unit"),
              Parameter.required("to", Parameter.Kind.UNIT, "the unit wanted")),
          Effect.NONE);

  @Override
  public ToolSpec spec() {
    return SPEC;
  }

  @Override
  public ToolResult call(Arguments arguments, ToolContext context) throws ToolException {
    String amount =
        Normalizer.normalize(arguments.text("amount"), Normalizer.Form.NFKC)
            .strip()
            .replace('−', '-');
    if (!NUMBER.matcher(amount).matches() || amount.chars().noneMatch(Character::isDigit)) {
      throw new ToolException("not a number: " + amount);
    }
    try {
      Rational value = Rational.of(amount.replace(",", ""));
      return ToolResult.of(
          Units.convert(value, arguments.text("from"), arguments.text("to")).decimalText(DIGITS));
    } catch (ArithmeticException e) {
      throw new ToolException(e.getMessage(), e);
    }
  }

  @Override
  public List<String> sources(String observation) {
    return List.of(observation);
  }
}
