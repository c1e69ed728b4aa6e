package io.jgpt.agent.tool;

import java.util.List;

/** Copies a file to a name that is free. */
final class Copy implements Tool {

  private static final ToolSpec SPEC =
      new ToolSpec(
          "copy",
          "Copies a file under a new name",
          List.of(
              Parameter.required("from", Parameter.Kind.PATH, "the file to copy"),
              Parameter.required("to", Parameter.Kind.PATH, "the new name")),
          Effect.WRITES);

  @Override
  public ToolSpec spec() {
    return SPEC;
  }

  @Override
  public ToolResult call(Arguments arguments, ToolContext context) throws ToolException {
    context
        .workspace()
        .copy(arguments.text("from"), arguments.text("to"), context.limits().writtenBytes());
    return ToolResult.done();
  }
}
