package io.jgpt.agent.tool;

import java.io.UncheckedIOException;
import java.util.List;

/** Recalls what was noted. */
final class FindNotes implements Tool {

  private static final int FOUND = 5;

  private static final ToolSpec SPEC =
      new ToolSpec(
          "notes",
          "Shows what was noted",
          List.of(Parameter.optional("query", Parameter.Kind.QUERY, "only notes about this")),
          Effect.READS);

  @Override
  public ToolSpec spec() {
    return SPEC;
  }

  @Override
  public ToolResult call(Arguments arguments, ToolContext context) throws ToolException {
    List<String> all = all(context.notes());
    List<String> notes = all;
    if (arguments.optional("query").isPresent()) {
      notes =
          Ranking.of(all).best(arguments.text("query")).stream()
              .limit(FOUND)
              .map(all::get)
              .toList();
    }
    return ToolResult.of(notes.isEmpty() ? "nothing noted" : String.join("\n", notes));
  }

  private static List<String> all(Notes notes) throws ToolException {
    try {
      return notes.all();
    } catch (UncheckedIOException e) {
      throw AddNote.unusable(e);
    }
  }
}
