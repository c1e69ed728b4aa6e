package io.jgpt.agent;

import io.jgpt.agent.Event.Action;
import io.jgpt.agent.Event.Answer;
import io.jgpt.agent.Event.Approval;
import io.jgpt.agent.Event.Input;
import io.jgpt.agent.Event.Observation;
import io.jgpt.agent.Event.Stop;
import io.jgpt.agent.Event.Stop.Reason;
import io.jgpt.agent.Event.Thought;
import io.jgpt.agent.tool.ToolResult;
import java.io.IOException;
import java.util.Optional;

/**
 * The loop. It looks at the state, does the one thing that comes next, and stores the outcome as an
 * event before it goes on. Of one run, for one thread; {@link Cancellation} stops it from another.
 */
public final class Agent {

  /** So many failures in a row, and it will not get better. */
  static final int MOST_FAILURES = 3;

  private static final String REPEATED =
      "error: repeated, nothing has changed since this was done; do something else, or finish";

  private final World world;
  private final Budget budget;
  private final RunLog log;
  private final Watcher watcher;
  private AgentState state;

  /**
   * @param state of the run so far; {@link AgentState#EMPTY} for a new one
   */
  public Agent(AgentState state, World world, Budget budget, RunLog log, Watcher watcher) {
    this.state = state;
    this.world = world;
    this.budget = budget;
    this.log = log;
    this.watcher = watcher;
  }

  /** What the run has come to. */
  public AgentState state() {
    return state;
  }

  /**
   * Begins a run.
   *
   * @return the state at its end
   * @throws PlannerException if the planner fails; the run can be resumed
   * @throws IOException if the log cannot be written
   */
  public AgentState start(String goal) throws PlannerException, IOException {
    happen(new Input(goal));
    return proceed();
  }

  /**
   * Goes on with a run: one that was broken off, or one that has stopped without an answer.
   *
   * @return the state at its end
   * @throws PlannerException if the planner fails; the run can be resumed
   * @throws IOException if the log cannot be written
   */
  public AgentState proceed() throws PlannerException, IOException {
    state = state.nextSitting();
    // An action that was allowed and has no observation was under way when the process ended.
    if (state.approval().isPresent()) {
      observe(state.pending().getFirst(), Observation.UNKNOWN);
    }
    while (state.stop().isEmpty()) {
      try {
        step();
      } catch (InterruptedException e) {
        stop(Reason.CANCELLED, ""); // the interrupt was meant for this run, and ends with it
      }
    }
    return state;
  }

  private void step() throws PlannerException, IOException, InterruptedException {
    if (state.instruction().isEmpty()) {
      happen(Instructions.parse(state.goal()));
    } else if (state.pending().isEmpty()) {
      plan();
    } else if (world.cancelled()) {
      throw new InterruptedException();
    } else {
      carryOut(state.pending().getFirst());
    }
  }

  private void plan() throws PlannerException, IOException, InterruptedException {
    Optional<String> instead = Disclaimer.inPlaceOfAdvice(state.instruction().orElseThrow());
    if (instead.isPresent()) {
      happen(new Answer(instead.get(), 0));
      stop(Reason.ANSWERED, "");
      return;
    }
    if (state.failures() >= MOST_FAILURES) {
      stop(Reason.FAILURES, "");
      return;
    }
    Optional<Reason> reached = budget.reached(state.spent(), world.elapsed());
    if (reached.isPresent()) {
      stop(reached.get(), "");
      return;
    }
    if (world.cancelled()) {
      throw new InterruptedException();
    }
    take(world.propose(state, watcher));
  }

  private void take(Proposal proposal) throws IOException {
    if (!proposal.thought().isBlank()) {
      happen(new Thought(proposal.thought()));
    }
    switch (proposal) {
      case Proposal.Act act -> {
        int tokens = act.tokens();
        for (Call call : act.calls()) {
          happen(new Action("a" + (state.actions() + 1), call, tokens));
          tokens = 0;
        }
      }
      case Proposal.Finish finish -> {
        String notice = Disclaimer.beside(state.instruction().orElseThrow());
        happen(new Answer(finish.answer(), finish.tokens(), notice));
        stop(Reason.ANSWERED, "");
      }
      case Proposal.GiveUp giveUp -> stop(Reason.NO_PLAN, giveUp.detail());
    }
  }

  private void carryOut(Action action) throws IOException, InterruptedException {
    if (state.masked().contains(action.call())) {
      observe(action, REPEATED);
      return;
    }
    Optional<String> objection = world.objection(action);
    if (objection.isPresent()) {
      observe(action, objection.get());
      return;
    }
    Approval approval = world.approve(state, action);
    happen(approval);
    if (!approval.ruling().allows()) {
      String reason = approval.reason();
      observe(action, "error: denied" + (reason.isBlank() ? "" : ": " + reason));
      return;
    }
    ToolResult result = world.act(action);
    happen(new Observation(action.id(), result.text(), result.failed(), result.changedState()));
  }

  private void observe(Action action, String failure) throws IOException {
    happen(new Observation(action.id(), failure, true, false));
  }

  /** Every action is answered, also where the run stops before it. */
  private void stop(Reason reason, String detail) throws IOException {
    for (Action action : state.pending()) {
      observe(action, state.approval().isPresent() ? Observation.UNKNOWN : Observation.NOT_DONE);
    }
    happen(new Stop(reason, detail));
  }

  private void happen(Event event) throws IOException {
    AgentState next = state.apply(event);
    log.append(event);
    state = next;
    watcher.happened(state, event);
  }
}
