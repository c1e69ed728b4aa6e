package io.jgpt.agent;

import java.util.List;

/** What a planner wants next. */
public sealed interface Proposal {

  /** What it thought before; may be empty. */
  String thought();

  /** How many tokens it read and wrote. */
  int tokens();

  /**
   * Actions, in order; the planner is asked again when all have been observed.
   *
   * @param calls at least one
   */
  record Act(String thought, List<Call> calls, int tokens) implements Proposal {

    /** Copies the calls. */
    public Act {
      calls = List.copyOf(calls);
      if (calls.isEmpty()) {
        throw new IllegalArgumentException("no call");
      }
    }
  }

  /** The end: what the user is told. */
  record Finish(String thought, String answer, int tokens) implements Proposal {}

  /**
   * The end without an answer.
   *
   * @param detail why, in a few words
   */
  record GiveUp(String thought, String detail, int tokens) implements Proposal {}
}
