package io.jgpt.agent.tool;

import java.util.List;

/** Shows a text file. */
final class Read implements Tool {

  private static final ToolSpec SPEC =
      new ToolSpec(
          "read",
          "Shows what is in a text file",
          List.of(Parameter.required("path", Parameter.Kind.PATH, "of the file")),
          Effect.READS);

  @Override
  public ToolSpec spec() {
    return SPEC;
  }

  @Override
  public ToolResult call(Arguments arguments, ToolContext context) throws ToolException {
    Workspace.Content content =
        context.workspace().read(arguments.text("path"), context.limits().readBytes());
    String text = content.text().stripTrailing();
    if (content.cut()) {
      return ToolResult.of(text + " [cut]");
    }
    return ToolResult.of(text.isEmpty() ? "(empty)" : text);
  }
}
