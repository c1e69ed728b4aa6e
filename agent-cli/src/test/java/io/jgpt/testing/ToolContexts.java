package io.jgpt.testing;

import io.jgpt.agent.tool.Limits;
import io.jgpt.agent.tool.Notes;
import io.jgpt.agent.tool.Questions;
import io.jgpt.agent.tool.ToolContext;
import io.jgpt.agent.tool.Workspace;
import java.time.Clock;
import java.util.Locale;

/** What tools act on where nothing is noted and nobody can be asked. */
public final class ToolContexts {

  private ToolContexts() {}

  public static ToolContext of(Workspace workspace) {
    return of(workspace, Limits.STANDARD);
  }

  public static ToolContext of(Workspace workspace, Limits limits) {
    return new ToolContext(
        workspace, Clock.systemUTC(), Locale.ROOT, limits, Questions.NOBODY, Notes.inMemory());
  }
}
