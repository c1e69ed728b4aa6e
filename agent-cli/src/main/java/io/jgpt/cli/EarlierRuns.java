package io.jgpt.cli;

import io.jgpt.agent.AgentState;
import io.jgpt.agent.Cancellation;
import io.jgpt.agent.Event;
import io.jgpt.agent.Planner;
import io.jgpt.agent.PlannerException;
import io.jgpt.agent.log.Replay;
import io.jgpt.agent.log.RunFile;
import io.jgpt.agent.log.Transcript;
import io.jgpt.agent.tool.Toolbox;
import io.jgpt.cli.terminal.LineInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** What can be done with a run that was begun before: go on, run it again, read it. */
final class EarlierRuns {

  private final Invocation invocation;
  private final AgentRuns runs;
  private final RunOptions options;

  EarlierRuns(Invocation invocation, AgentRuns runs, RunOptions options) {
    this.invocation = invocation;
    this.runs = runs;
    this.options = options;
  }

  /**
   * Goes on with a run that has no answer.
   *
   * @param id its name, or {@code last}, here and below
   */
  AgentState resume(String id, Supplier<LineInput> lines, Cancellation cancellation)
      throws PlannerException {
    options.refuseWith("--resume");
    try (RunFile file = runs.find(id)) {
      AgentState state = AgentState.of(file.events());
      if (state.answer().isPresent() && state.stop().isPresent()) {
        throw CliException.input("error.run.ended", file.id());
      }
      String workspace = file.header().workspace();
      if (!Files.isDirectory(Path.of(workspace))) {
        throw CliException.input("error.run.workspace", file.id(), workspace);
      }
      return runs.resume(file, options.manner(invocation, file, lines, cancellation));
    } catch (IOException e) {
      throw AgentRuns.unreadable(invocation.state(), e);
    }
  }

  /** Runs it again on what was recorded; with a planner, if one was asked for, in its place. */
  void replay(String id, Supplier<LineInput> lines) throws PlannerException {
    options.refuseWith("--replay");
    if (!options.namesPlanner()) {
      options.refusePolicyWithout("--planner");
    }
    try (RunFile file = runs.find(id)) {
      if (options.namesPlanner()) {
        try (Planner planner = planner(file, lines)) {
          replay(file, Optional.of(planner));
        }
      } else {
        replay(file, Optional.empty());
      }
    } catch (IOException e) {
      throw AgentRuns.unreadable(invocation.state(), e);
    }
  }

  private void replay(RunFile file, Optional<Planner> anew) throws PlannerException, IOException {
    AgentView view = options.view(invocation);
    var outcome = Replay.of(file.events(), file.header().budget(), anew, view);
    if (outcome.difference().isPresent()) {
      throw CliException.input("error.replay", file.id(), outcome.events() + 1);
    }
    invocation.diagnostics().note("agent.replayed", file.id(), outcome.events());
  }

  /**
   * Who plans a run anew, knowing the tools that it had; the caller closes it. None of them is
   * called: servers are asked what they offer, and end.
   */
  private Planner planner(RunFile file, Supplier<LineInput> lines) throws IOException {
    AgentRuns.Manner manner = options.manner(invocation, file, lines, new Cancellation());
    try (AgentTools tools = runs.tools(manner)) {
      requireUsed(file, RecipeOptions.tools(manner.recipe(), tools.all()));
      return runs.planner(file, manner.planner(), manner.recipe(), tools.all());
    }
  }

  /** Without a tool that the run used, nobody could plan the same. */
  private static void requireUsed(RunFile file, Toolbox tools) {
    AgentState state = AgentState.EMPTY;
    for (Event event : file.events()) {
      if (event instanceof Event.Approval) { // nobody is asked about a tool that there is not
        String used = state.pending().getFirst().call().tool();
        if (tools.find(used).isEmpty()) {
          throw CliException.input("error.replay.tool", file.id(), used);
        }
      }
      state = state.apply(event);
    }
  }

  /** Writes what was thought and done. */
  void tell(String id) {
    options.refuseToTell("--transcript");
    try (RunFile file = runs.find(id)) {
      invocation.output().write(Transcript.of(file.events()));
    } catch (IOException e) {
      throw AgentRuns.unreadable(invocation.state(), e);
    }
  }
}
