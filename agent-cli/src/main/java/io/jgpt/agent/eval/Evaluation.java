package io.jgpt.agent.eval;

import io.jgpt.agent.Agent;
import io.jgpt.agent.AgentState;
import io.jgpt.agent.Approver;
import io.jgpt.agent.Budget;
import io.jgpt.agent.Cancellation;
import io.jgpt.agent.Decision;
import io.jgpt.agent.Event.Answer;
import io.jgpt.agent.Grants;
import io.jgpt.agent.LiveWorld;
import io.jgpt.agent.Planner;
import io.jgpt.agent.PlannerException;
import io.jgpt.agent.Watcher;
import io.jgpt.agent.tool.Toolbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/**
 * Lets a planner work on tasks: the loop and the tools are the real ones, files and notes are in
 * memory, everything is allowed. The budget has no time in it, so that the same planner comes to
 * the same result on any machine.
 */
public final class Evaluation {

  /** A good agent needs six actions for the longest task. */
  private static final int STEPS = 12;

  private static final Budget BUDGET =
      new Budget(STEPS, Long.MAX_VALUE, Long.MAX_VALUE, Duration.ofDays(1000));

  private final Toolbox tools = Toolbox.standard();
  private final Cancellation cancellation;

  /**
   * How a task went.
   *
   * @param end of the run
   * @param unmet what does not hold, a line each; none if the task is done
   */
  public record Result(EvaluationTask task, AgentState end, List<String> unmet) {

    /** Whether everything holds that must. */
    public boolean isDone() {
      return unmet.isEmpty();
    }
  }

  /**
   * @param cancellation ends the task that is worked on
   */
  public Evaluation(Cancellation cancellation) {
    this.cancellation = cancellation;
  }

  /** The tools that a planner has. */
  public Toolbox tools() {
    return tools;
  }

  /** Works on one task. Where the planner fails, the task is not done. */
  public Result result(EvaluationTask task, Planner planner) {
    EvaluationTask.Scene scene = task.scene(planner.limits());
    var permission =
        new LiveWorld.Permission(
            (spec, call) -> new Decision.Allow(""),
            request -> new Approver.Answer.Once(),
            Grants.inMemory(),
            task.id());
    var world = new LiveWorld(planner, tools, scene.context(), permission, cancellation);
    var agent = new Agent(AgentState.EMPTY, world, BUDGET, event -> {}, Watcher.BLIND);
    try {
      AgentState end = agent.start(task.goal());
      String answer = end.answer().map(Answer::text).orElse("");
      return new Result(task, end, task.expectation().unmet(scene.outcome(answer)));
    } catch (PlannerException e) {
      return new Result(task, agent.state(), List.of(e.getMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // nothing is written
    }
  }
}
