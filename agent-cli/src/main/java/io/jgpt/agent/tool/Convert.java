package io.jgpt.agent.tool;

import java.util.List;

/**
 * Converts units by exact factors. A result that is no finite decimal of at most 20 digits is
 * rounded to {@value #DIGITS} significant digits.
 */
final class Convert implements Tool {

  private static final int DIGITS = 10;

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
    try {
      Rational value = Decimal.value(arguments.text("amount"));
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
