package io.jgpt.agent.log;

import io.jgpt.agent.Agent;
import io.jgpt.agent.AgentState;
import io.jgpt.agent.Budget;
import io.jgpt.agent.Call;
import io.jgpt.agent.Event;
import io.jgpt.agent.Event.Action;
import io.jgpt.agent.Event.Answer;
import io.jgpt.agent.Event.Approval;
import io.jgpt.agent.Event.Feedback;
import io.jgpt.agent.Event.Input;
import io.jgpt.agent.Event.Observation;
import io.jgpt.agent.Event.Stop;
import io.jgpt.agent.Event.Stop.Reason;
import io.jgpt.agent.Event.Thought;
import io.jgpt.agent.Planner;
import io.jgpt.agent.PlannerException;
import io.jgpt.agent.Proposal;
import io.jgpt.agent.TokenSink;
import io.jgpt.agent.Watcher;
import io.jgpt.agent.World;
import io.jgpt.agent.tool.ToolResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs the loop again on what was recorded: results of tools, decisions of people and policies,
 * time and interruptions come from the events, and the loop must come to the same events. With a
 * planner, that plans anew and must propose the same; without, its proposals are recorded too.
 */
public final class Replay {

  /**
   * How it went.
   *
   * @param events how many were equal
   * @param difference the first that was another
   */
  public record Outcome(int events, Optional<Difference> difference) {}

  /** Two events at one place; either may be missing. */
  public record Difference(Optional<Event> recorded, Optional<Event> replayed) {}

  /** Thrown to leave the loop where it departs from the record. */
  private static final class Departure extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient Difference difference;

    Departure(Optional<Event> recorded, Optional<Event> replayed) {
      this.difference = new Difference(recorded, replayed);
    }
  }

  private final List<Event> recorded;
  private final Budget budget;
  private final Optional<Planner> planner;
  private final Watcher watcher;
  private int next;

  private Replay(List<Event> recorded, Budget budget, Optional<Planner> planner, Watcher watcher) {
    this.recorded = recorded;
    this.budget = budget;
    this.planner = planner;
    this.watcher = watcher;
  }

  /**
   * Replays.
   *
   * @param planner plans anew; none takes the recorded proposals
   * @throws PlannerException if the planner fails
   */
  public static Outcome of(
      List<Event> recorded, Budget budget, Optional<Planner> planner, Watcher watcher)
      throws PlannerException, IOException {
    var replay = new Replay(List.copyOf(recorded), budget, planner, watcher);
    try {
      replay.run();
      return new Outcome(replay.next, Optional.empty());
    } catch (Departure e) {
      return new Outcome(replay.next, Optional.of(e.difference));
    }
  }

  private void run() throws PlannerException, IOException {
    if (!(peek(0).orElse(null) instanceof Input input)) {
      return;
    }
    // Each sitting is one call of the loop; feedback stands between them.
    AgentState state = sitting(AgentState.EMPTY, Optional.of(input.goal()));
    while (next < recorded.size()) {
      if (recorded.get(next) instanceof Feedback feedback) {
        state = state.apply(feedback);
        next++;
        watcher.happened(state, feedback);
      } else {
        state = sitting(state, Optional.empty());
      }
    }
  }

  private AgentState sitting(AgentState state, Optional<String> goal)
      throws PlannerException, IOException {
    var agent = new Agent(state, new Recorded(), budget, this::compare, watcher);
    try {
      return goal.isPresent() ? agent.start(goal.get()) : agent.proceed();
    } catch (BrokenOff e) {
      return agent.state();
    }
  }

  /** The process that was recorded ended here, without a stop. */
  private static final class BrokenOff extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private void compare(Event event) {
    Optional<Event> expected = peek(0);
    if (expected.isEmpty()) {
      throw new BrokenOff();
    }
    if (!expected.equals(Optional.of(event))) {
      throw new Departure(expected, Optional.of(event));
    }
    next++;
  }

  private Optional<Event> peek(int ahead) {
    int i = next + ahead;
    return i < recorded.size() ? Optional.of(recorded.get(i)) : Optional.empty();
  }

  /** Whether the record goes on with a cancellation, after what it answered for the user. */
  private boolean cancelledNext() {
    int ahead = 0;
    while (peek(ahead).orElse(null) instanceof Observation o && o.failed()) {
      ahead++;
    }
    return peek(ahead).orElse(null) instanceof Stop stop && stop.reason() == Reason.CANCELLED;
  }

  private final class Recorded implements World {

    @Override
    public Proposal propose(AgentState state, TokenSink live)
        throws PlannerException, InterruptedException {
      if (next == recorded.size()) {
        throw new BrokenOff();
      }
      if (peek(0).get() instanceof Stop stop && stop.reason() == Reason.CANCELLED) {
        throw new InterruptedException();
      }
      return planner.isPresent() ? planner.get().next(state, live) : proposal();
    }

    private Proposal proposal() {
      int ahead = 0;
      String thought = "";
      if (peek(0).orElse(null) instanceof Thought t) {
        thought = t.text();
        ahead++;
      }
      List<Call> calls = new ArrayList<>();
      int tokens = 0;
      while (peek(ahead).orElse(null) instanceof Action action) {
        calls.add(action.call());
        tokens += action.tokens();
        ahead++;
      }
      if (!calls.isEmpty()) {
        return new Proposal.Act(thought, calls, tokens);
      }
      return switch (peek(ahead).orElse(null)) {
        case Answer answer -> new Proposal.Finish(thought, answer.text(), answer.tokens());
        case Stop stop -> new Proposal.GiveUp(thought, stop.detail(), 0);
        case null -> throw new BrokenOff();
        case Event other -> throw new Departure(Optional.of(other), Optional.empty());
      };
    }

    @Override
    public Optional<String> objection(Action action) {
      // An action that was observed without anybody having been asked about it.
      return peek(0).orElse(null) instanceof Observation o
          ? Optional.of(o.text())
          : Optional.empty();
    }

    @Override
    public Approval approve(AgentState state, Action action) throws InterruptedException {
      return switch (peek(0).orElse(null)) {
        case Approval approval -> approval;
        case null -> throw new BrokenOff();
        case Event other -> throw new Departure(Optional.of(other), Optional.empty());
      };
    }

    @Override
    public ToolResult act(Action action) throws InterruptedException {
      return switch (peek(0).orElse(null)) {
        case Observation o
            when o.failed() && cancelledNext() && o.text().equals(Observation.UNKNOWN) ->
            throw new InterruptedException();
        case Observation o -> new ToolResult(o.text(), o.failed(), o.changedState());
        case null -> throw new BrokenOff();
        case Event other -> throw new Departure(Optional.of(other), Optional.empty());
      };
    }

    @Override
    public Duration elapsed() {
      boolean late = peek(0).orElse(null) instanceof Stop stop && stop.reason() == Reason.TIME;
      return late ? budget.time() : Duration.ZERO;
    }

    @Override
    public boolean cancelled() {
      boolean here =
          switch (peek(0).orElse(null)) {
            case Stop _ -> true;
            case Observation o -> o.text().equals(Observation.NOT_DONE);
            case null, default -> false;
          };
      return here && cancelledNext();
    }
  }
}
