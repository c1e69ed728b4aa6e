package io.jgpt.agent;

import io.jgpt.agent.Budget.Spent;
import io.jgpt.agent.Event.Action;
import io.jgpt.agent.Event.Answer;
import io.jgpt.agent.Event.Approval;
import io.jgpt.agent.Event.Feedback;
import io.jgpt.agent.Event.Input;
import io.jgpt.agent.Event.Instruction;
import io.jgpt.agent.Event.Observation;
import io.jgpt.agent.Event.Stop;
import io.jgpt.agent.Event.Thought;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the events of a run come to. Immutable; {@link #apply} is the only way from one to the next,
 * and depends on nothing but the event.
 */
public final class AgentState {

  /** Before the first event. */
  public static final AgentState EMPTY = new AgentState();

  /**
   * An action that has been observed.
   *
   * @param changes how often the state had changed when it was over
   * @param known whether its outcome is
   */
  private record Past(Call call, int changes, boolean known) {}

  private List<Event> events = List.of();
  private Optional<Input> input = Optional.empty();
  private Optional<Instruction> instruction = Optional.empty();
  private List<Action> pending = List.of();
  private Optional<Approval> approval = Optional.empty();
  private List<Past> past = List.of();
  private int changes;
  private Spent spent = Spent.NOTHING;
  private int failures;
  private Optional<Observation> lastGood = Optional.empty();
  private Optional<Answer> answer = Optional.empty();
  private Optional<Stop> stop = Optional.empty();

  private AgentState() {}

  private AgentState(AgentState other) {
    events = other.events;
    input = other.input;
    instruction = other.instruction;
    pending = other.pending;
    approval = other.approval;
    past = other.past;
    changes = other.changes;
    spent = other.spent;
    failures = other.failures;
    lastGood = other.lastGood;
    answer = other.answer;
    stop = other.stop;
  }

  /** The state after all of these. */
  public static AgentState of(List<Event> events) {
    AgentState state = EMPTY;
    for (Event event : events) {
      state = state.apply(event);
    }
    return state;
  }

  /**
   * The state after one more event.
   *
   * @throws IllegalArgumentException if that event cannot follow
   */
  public AgentState apply(Event event) {
    if (stop.isPresent() && !(event instanceof Feedback)) {
      return nextSitting().apply(event);
    }
    var next = new AgentState(this);
    switch (event) {
      case Input i -> {
        require(input.isEmpty(), event);
        next.input = Optional.of(i);
      }
      case Instruction i -> {
        require(input.isPresent() && instruction.isEmpty(), event);
        next.instruction = Optional.of(i);
      }
      case Thought _ -> require(isPlanning(), event);
      case Action a -> {
        require(instruction.isPresent() && approval.isEmpty() && !isKnown(a.id()), event);
        next.pending = plus(pending, a);
        next.spent = next.spent.plus(1, a.tokens(), bytes(a.call()));
      }
      case Approval a -> {
        require(approval.isEmpty() && isPending(a.id()), event);
        next.approval = Optional.of(a);
      }
      case Observation o -> {
        require(isPending(o.id()), event);
        next.observe(pending.getFirst(), o);
      }
      case Answer a -> {
        require(isPlanning(), event);
        next.answer = Optional.of(a);
        next.spent = next.spent.plus(0, a.tokens(), 0);
      }
      case Feedback _ -> require(stop.isPresent(), event);
      case Stop s -> {
        require(input.isPresent() && pending.isEmpty(), event);
        next.stop = Optional.of(s);
      }
    }
    next.events = plus(events, event);
    return next;
  }

  /** The same run at the beginning of its next sitting, if this one has ended. */
  AgentState nextSitting() {
    if (stop.isEmpty()) {
      return this;
    }
    var next = new AgentState(this);
    next.openSitting();
    return next;
  }

  private static void require(boolean possible, Event event) {
    if (!possible) {
      throw new IllegalArgumentException(event.getClass().getSimpleName() + " cannot follow");
    }
  }

  private void openSitting() {
    stop = Optional.empty();
    answer = Optional.empty();
    spent = Spent.NOTHING;
    failures = 0;
  }

  private void observe(Action action, Observation observation) {
    pending = pending.subList(1, pending.size());
    approval = Optional.empty();
    spent = spent.plus(0, 0, utf8(observation.text()));
    changes += observation.changedState() ? 1 : 0;
    past = plus(past, new Past(action.call(), changes, !observation.isBrokenOff()));
    failures = observation.failed() ? failures + 1 : 0;
    if (!observation.failed()) {
      lastGood = Optional.of(observation);
    }
  }

  private boolean isPlanning() {
    return instruction.isPresent() && pending.isEmpty();
  }

  private boolean isPending(String id) {
    return !pending.isEmpty() && pending.getFirst().id().equals(id);
  }

  private boolean isKnown(String id) {
    return events.stream().anyMatch(e -> e instanceof Action a && a.id().equals(id));
  }

  private static long bytes(Call call) {
    return call.arguments().values().stream().mapToLong(AgentState::utf8).sum();
  }

  private static long utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static <T> List<T> plus(List<T> list, T more) {
    var longer = new ArrayList<T>(list);
    longer.add(more);
    return List.copyOf(longer);
  }

  /** All events, in order. */
  public List<Event> events() {
    return events;
  }

  /** The user's words; empty before they came. */
  public String goal() {
    return input.map(Input::goal).orElse("");
  }

  /** What the input was taken for, once it was. */
  public Optional<Instruction> instruction() {
    return instruction;
  }

  /** Actions that have no observation yet, in order. */
  public List<Action> pending() {
    return pending;
  }

  /** The decision on the first pending action, once there is one. */
  public Optional<Approval> approval() {
    return approval;
  }

  /** What this sitting has used. */
  public Spent spent() {
    return spent;
  }

  /** How many of the last actions failed, with none between that did not. */
  public int failures() {
    return failures;
  }

  /** How many actions there were in all sittings. */
  public int actions() {
    return past.size() + pending.size();
  }

  /** The last observation that is no failure. */
  public Optional<Observation> lastGood() {
    return lastGood;
  }

  /** The answer, once there is one. */
  public Optional<Answer> answer() {
    return answer;
  }

  /** Why the sitting ended, once it has. */
  public Optional<Stop> stop() {
    return stop;
  }

  /** The last thought; empty if there is none. */
  public String thought() {
    return events.reversed().stream()
        .filter(Thought.class::isInstance)
        .map(event -> ((Thought) event).text())
        .findFirst()
        .orElse("");
  }

  /**
   * Calls that would lead nowhere: those made since anything last changed, whose outcome is known,
   * and the B that would follow A-B-A.
   */
  public Set<Call> masked() {
    Set<Call> masked = new LinkedHashSet<>();
    for (Past p : past) {
      if (p.known && p.changes == changes) {
        masked.add(p.call);
      }
    }
    int n = past.size();
    if (n >= 3 && past.get(n - 1).call.equals(past.get(n - 3).call)) {
      masked.add(past.get(n - 2).call);
    }
    return Set.copyOf(masked);
  }
}
