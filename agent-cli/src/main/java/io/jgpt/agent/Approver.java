package io.jgpt.agent;

import io.jgpt.agent.Event.Action;
import java.util.Optional;

/** Decides, usually by asking the user, where the policy says that somebody must. */
@FunctionalInterface
public interface Approver {

  /**
   * What is to be decided.
   *
   * @param reason why the policy does not decide itself
   * @param thought what the planner thought last; may be empty
   * @param scope what "always" would cover
   * @param unnamed the target that is neither in the goal nor in a typed observation, if there is
   *     one: a file may have named it, so nobody but a person may allow it
   */
  record Request(
      Action action, String reason, String thought, Scope scope, Optional<String> unnamed) {}

  /** The decision. */
  sealed interface Answer {
    /** This one. */
    record Once() implements Answer {}

    /** This one and all others of exactly this scope, also in later runs. */
    record Always() implements Answer {}

    /**
     * No.
     *
     * @param feedback what the planner is told; may be empty
     */
    record Deny(String feedback) implements Answer {}
  }

  /**
   * Asks.
   *
   * @throws InterruptedException if the run is cancelled meanwhile
   */
  Answer ask(Request request) throws InterruptedException;
}
