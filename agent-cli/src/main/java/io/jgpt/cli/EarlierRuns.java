package io.jgpt.cli;

import io.jgpt.agent.AgentState;
import io.jgpt.agent.Cancellation;
import io.jgpt.agent.Planner;
import io.jgpt.agent.PlannerException;
import io.jgpt.agent.log.Replay;
import io.jgpt.agent.log.RunFile;
import io.jgpt.agent.log.Transcript;
import io.jgpt.agent.tool.Toolbox;
import io.jgpt.cli.terminal.LineInput;
import java.io.IOException;
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
      return runs.resume(file, options.manner(invocation, file, lines, cancellation));
    } catch (IOException e) {
      throw AgentRuns.unreadable(invocation.state(), e);
    }
  }

  /** Runs it again on what was recorded; with a planner, if one was asked for, in its place. */
  void replay(String id) throws PlannerException {
    options.refuseWith("--replay");
    try (RunFile file = runs.find(id)) {
      Optional<Planner> anew =
          options.namesPlanner() ? Optional.of(planner(file)) : Optional.empty();
      try {
        AgentView view = options.view(invocation);
        var outcome = Replay.of(file.events(), file.header().budget(), anew, view);
        if (outcome.difference().isPresent()) {
          throw CliException.input("error.replay", file.id(), outcome.events() + 1);
        }
        invocation.diagnostics().note("agent.replayed", file.id(), outcome.events());
      } finally {
        anew.ifPresent(Planner::close);
      }
    } catch (IOException e) {
      throw AgentRuns.unreadable(invocation.state(), e);
    }
  }

  private Planner planner(RunFile file) {
    return runs.planner(
        file,
        options.planner(invocation, file),
        RunOptions.recipe(invocation, file),
        Toolbox.standard());
  }

  /** Writes what was thought and done. */
  void tell(String id) {
    try (RunFile file = runs.find(id)) {
      invocation.output().write(Transcript.of(file.events()));
    } catch (IOException e) {
      throw AgentRuns.unreadable(invocation.state(), e);
    }
  }
}
