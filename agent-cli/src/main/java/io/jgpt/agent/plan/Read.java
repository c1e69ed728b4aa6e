package io.jgpt.agent.plan;

import io.jgpt.agent.AgentState;
import io.jgpt.agent.Event.Observation;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a planner has read in a run, as far as it decides what it may write.
 *
 * @param numbers in the goal and in all that tools said
 * @param answersFreely whether no tool has said anything yet: an answer is then what the planner
 *     knows by itself (a year has 365 days)
 */
record Read(KnownNumbers numbers, boolean answersFreely) {

  static Read of(AgentState state) {
    List<String> observations =
        state.events().stream()
            .filter(Observation.class::isInstance)
            .map(event -> ((Observation) event).text())
            .toList();
    return new Read(
        new KnownNumbers(Stream.concat(Stream.of(state.goal()), observations.stream()).toList()),
        observations.isEmpty());
  }

  /** What the longer numbers of an answer may be; nothing if any. */
  Optional<KnownNumbers> numbersOfAnswer() {
    return answersFreely ? Optional.empty() : Optional.of(numbers);
  }
}
