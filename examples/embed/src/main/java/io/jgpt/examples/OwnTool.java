package io.jgpt.examples;

import io.jgpt.agent.Agent;
import io.jgpt.agent.AgentState;
import io.jgpt.agent.Approver;
import io.jgpt.agent.Budget;
import io.jgpt.agent.Cancellation;
import io.jgpt.agent.Grants;
import io.jgpt.agent.LiveWorld;
import io.jgpt.agent.PlannerException;
import io.jgpt.agent.Policy;
import io.jgpt.agent.RunLog;
import io.jgpt.agent.Watcher;
import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.plan.ScriptedPlanner;
import io.jgpt.agent.tool.Arguments;
import io.jgpt.agent.tool.Effect;
import io.jgpt.agent.tool.FolderWorkspace;
import io.jgpt.agent.tool.Limits;
import io.jgpt.agent.tool.Notes;
import io.jgpt.agent.tool.Parameter;
import io.jgpt.agent.tool.Questions;
import io.jgpt.agent.tool.Tool;
import io.jgpt.agent.tool.ToolContext;
import io.jgpt.agent.tool.ToolException;
import io.jgpt.agent.tool.ToolResult;
import io.jgpt.agent.tool.ToolSpec;
import io.jgpt.agent.tool.Toolbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.StringTokenizer;

/** Gives the agent a tool of one's own, and lets it reach a goal with it. */
public final class OwnTool {

  private OwnTool() {}

  static final class CountWords implements Tool {
    @Override
    public ToolSpec spec() {
      var path = Parameter.required("path", Parameter.Kind.PATH, "of the file");
      return new ToolSpec("words", "Counts the words of a file", List.of(path), Effect.READS);
    }

    @Override
    public ToolResult call(Arguments arguments, ToolContext context) throws ToolException {
      var file = context.workspace().read(arguments.text("path"), context.limits().readBytes());
      return ToolResult.of(new StringTokenizer(file.text()).countTokens() + " words");
    }
  }

  /** In place of a model: what it would have the agent do. */
  private static final String SCRIPT =
      """
      [{"command": {"name": "words", "args": {"path": "poem.txt"}}},
       {"command": {"name": "finish", "args": {"answer": "poem.txt has {a1}."}}}]
      """;

  /** Works in a folder of its own. */
  public static void main(String[] args) {
    try {
      Path folder = Files.createTempDirectory("jgpt-example");
      Files.writeString(folder.resolve("poem.txt"), "The fox said nothing.\n");
      System.out.println(run(folder, "How many words are in poem.txt?"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (PlannerException | JsonException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String run(Path folder, String goal)
      throws IOException, PlannerException, JsonException {
    Toolbox tools = Toolbox.standard().with(new CountWords());
    try (var workspace = FolderWorkspace.open(folder, List.of());
        var planner = ScriptedPlanner.read(SCRIPT)) {
      var context =
          new ToolContext(
              workspace,
              Clock.systemUTC(),
              Locale.ENGLISH,
              Limits.STANDARD,
              Questions.NOBODY,
              Notes.inMemory());
      Approver nobody = request -> new Approver.Answer.Deny("nobody is here to ask");
      var permission =
          new LiveWorld.Permission(Policy.USUAL, nobody, Grants.inMemory(), folder.toString());
      var world = new LiveWorld(planner, tools, context, permission, new Cancellation());
      var agent = new Agent(AgentState.EMPTY, world, Budget.USUAL, RunLog.NONE, Watcher.BLIND);
      return agent.start(goal).answer().orElseThrow().text();
    }
  }
}
