package io.jgpt.agent.tool;

import java.util.List;

/** Names what is in a folder. */
final class ListFolder implements Tool {

  private static final ToolSpec SPEC =
      new ToolSpec(
          "list",
          "Lists the files of a folder",
          List.of(
              Parameter.optional(
                  "folder", Parameter.Kind.PATH, "the workspace itself if left out")),
          Effect.READS);

  @Override
  public ToolSpec spec() {
    return SPEC;
  }

  @Override
  public ToolResult call(Arguments arguments, ToolContext context) throws ToolException {
    int limit = context.limits().files();
    List<String> names = context.workspace().list(arguments.optional("folder").orElse("."), limit);
    if (names.isEmpty()) {
      return ToolResult.of("(empty)");
    }
    return ToolResult.of(String.join("\n", names) + (names.size() >= limit ? "\n[cut]" : ""));
  }

  @Override
  public List<String> sources(String observation) {
    return List.of(observation);
  }
}
