package io.jgpt.agent.tool;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What tools of these tests act on: the 24th of November 2026, a Tuesday, 11:42. */
final class Contexts {

  static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-24T11:42:00Z"), ZoneOffset.UTC);

  private Contexts() {}

  static ToolContext of(Workspace workspace) {
    return new ToolContext(
        workspace,
        CLOCK,
        Locale.ENGLISH,
        Limits.STANDARD,
        question -> Optional.of("answer to " + question),
        Notes.inMemory());
  }

  /** The observation of one call. */
  static String call(ToolContext context, String tool, String... arguments) {
    return Toolbox.standard().call(tool, List.of(arguments), context).text();
  }

  /** The observation of a call that needs no files. */
  static String call(String tool, String... arguments) {
    try (var workspace = new MemoryWorkspace()) {
      return call(of(workspace), tool, arguments);
    }
  }
}
