package io.jgpt.agent.tool;

import java.util.List;

/**
 * Exact arithmetic. A result that is no finite decimal of at most 40 digits is rounded to {@value
 * #DIGITS} significant digits.
 */
final class Calculate implements Tool {

  static final int DIGITS = 20;

  private static final ToolSpec SPEC =
      new ToolSpec(
          "calculate",
          "Works out an arithmetic expression exactly",
          List.of(
              Parameter.required(
                  "expression", Parameter.Kind.EXPRESSION, "such as 17*23 or 15% of 80")),
          Effect.NONE);

  @Override
  public ToolSpec spec() {
    return SPEC;
  }

  @Override
  public ToolResult call(Arguments arguments, ToolContext context) throws ToolException {
    Rational value = Arithmetic.value(arguments.text("expression"));
    try {
      return ToolResult.of(value.decimalText(DIGITS));
    } catch (ArithmeticException e) {
      throw new ToolException(e.getMessage(), e);
    }
  }

  @Override
  public List<String> sources(String observation) {
    return List.of(observation);
  }
}
