package io.jgpt.agent.tool;

import java.util.List;

/** Remembers one line. */
final class AddNote implements Tool {

  private static final ToolSpec SPEC =
      new ToolSpec(
          "note",
          "Remembers something",
          List.of(Parameter.required("text", Parameter.Kind.TEXT, "what to remember")),
          Effect.WRITES);

  @Override
  public ToolSpec spec() {
    return SPEC;
  }

  @Override
  public ToolResult call(Arguments arguments, ToolContext context) throws ToolException {
    context.notes().add(arguments.text("text").strip().replace('\n', ' '));
    return ToolResult.done();
  }
}
