package io.jgpt.agent.tool;

import java.util.List;

/** Makes or replaces a text file, which ends with a line feed. */
final class Write implements Tool {

  private static final ToolSpec SPEC =
      new ToolSpec(
          "write",
          "Writes text to a file, in place of what is there",
          List.of(
              Parameter.required("path", Parameter.Kind.PATH, "of the file"),
              Parameter.required("text", Parameter.Kind.TEXT, "what the file is to hold")),
          Effect.WRITES);

  @Override
  public ToolSpec spec() {
    return SPEC;
  }

  @Override
  public ToolResult call(Arguments arguments, ToolContext context) throws ToolException {
    context
        .workspace()
        .write(
            arguments.text("path"),
            Lines.ended(arguments.text("text")),
            context.limits().writtenBytes());
    return ToolResult.done();
  }
}
