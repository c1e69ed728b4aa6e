package io.jgpt.agent.tool;

import java.util.List;

/** Ends the run with what the user is told. */
final class Finish implements Tool {

  private static final ToolSpec SPEC =
      new ToolSpec(
          "finish",
          "Gives the answer and ends",
          List.of(Parameter.required("answer", Parameter.Kind.TEXT, "what the user is told")),
          Effect.NONE);

  @Override
  public ToolSpec spec() {
    return SPEC;
  }

  @Override
  public ToolResult call(Arguments arguments, ToolContext context) throws ToolException {
    return ToolResult.of(arguments.text("answer"));
  }
}
