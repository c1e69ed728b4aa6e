package io.jgpt.agent.tool;

import java.io.UncheckedIOException;
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
    try {
      context.notes().add(arguments.text("text").strip().replace('\n', ' '));
      return ToolResult.done();
    } catch (UncheckedIOException e) {
      throw unusable(e);
    }
  }

  /** That notes can be neither added nor shown. */
  static ToolException unusable(UncheckedIOException e) {
    return new ToolException("the notes cannot be used: " + e.getCause().getMessage(), e);
  }
}
