package io.jgpt.train.simulator;

import java.util.List;

/**
 * A part of a goal.
 *
 * @param phrase as it stands in the goal
 * @param actions what it asks for, in order
 * @param signature its kind, without its wording and its values
 * @param whole whether the phrase is a whole goal, which cannot be joined
 */
record Clause(String phrase, List<Action> actions, String signature, boolean whole) {

  /** Whether something in it must be copied. */
  boolean hasValue() {
    return actions.stream().anyMatch(action -> !action.slots().isEmpty());
  }

  /** Whether each of its calls gives a value. */
  boolean gives() {
    return actions.stream().allMatch(Action::gives);
  }
}
