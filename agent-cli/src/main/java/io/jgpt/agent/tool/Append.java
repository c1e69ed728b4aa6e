package io.jgpt.agent.tool;

import java.util.List;

/** Adds lines to the end of a text file, which is made if there is none. */
final class Append implements Tool {

  private static final ToolSpec SPEC =
      new ToolSpec(
          "append",
          "Adds text at the end of a file",
          List.of(
              Parameter.required("path", Parameter.Kind.PATH, "of the file"),
              Parameter.required("text", Parameter.Kind.TEXT, "the lines to add")),
          Effect.WRITES);

  @Override
  public ToolSpec spec() {
    return SPEC;
  }

  @Override
  public ToolResult call(Arguments arguments, ToolContext context) throws ToolException {
    Workspace workspace = context.workspace();
    String path = arguments.text("path");
    int limit = context.limits().writtenBytes();
    String before = "";
    if (workspace.exists(path)) {
      Workspace.Content content = workspace.read(path, limit);
      if (content.cut()) {
        throw new ToolException(path + " has more than " + limit + " bytes");
      }
      before = Lines.ended(content.text());
    }
    workspace.write(path, before + Lines.ended(arguments.text("text")), limit);
    return ToolResult.done();
  }
}
