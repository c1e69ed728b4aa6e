package io.jgpt.agent;

/**
 * Something that happened in a run. Events are all that is recorded of one; when they happened is
 * not part of them, so that a replay gives equal ones.
 */
public sealed interface Event {

  /** What the user wants, as it was typed. */
  record Input(String goal) implements Event {}

  /**
   * What the input was taken for.
   *
   * @param content the input without what is only politeness
   */
  record Instruction(Kind kind, String content) implements Event {

    /** How an instruction is answered. */
    public enum Kind {
      /** By doing something. */
      TASK,
      /** By telling something. */
      QUESTION,
      /** By a word back. */
      CHAT
    }
  }

  /** What the planner thinks before it acts. */
  record Thought(String text) implements Event {}

  /**
   * What the planner asks for.
   *
   * @param id names the action in the events that follow; unique within a run
   * @param tokens that the planner read and wrote for it; 0 where another action of the same
   *     proposal counts them
   */
  record Action(String id, Call call, int tokens) implements Event {}

  /**
   * Whether an action may be carried out.
   *
   * @param reason the user's words, or those of the policy; may be empty
   */
  record Approval(String id, Ruling ruling, String reason) implements Event {

    /** Who decided, and how. */
    public enum Ruling {
      /** The policy allows it. */
      POLICY_ALLOWED(true),
      /** The user said "always" to this scope before. */
      GRANTED(true),
      /** The user says yes to this one. */
      ALLOWED_ONCE(true),
      /** The user says yes to this one and all others of the same scope. */
      ALLOWED_ALWAYS(true),
      /** The policy forbids it. */
      POLICY_DENIED(false),
      /** The user says no. */
      USER_DENIED(false);

      private final boolean allows;

      Ruling(boolean allows) {
        this.allows = allows;
      }

      /** Whether the action is carried out. */
      public boolean allows() {
        return allows;
      }
    }
  }

  /**
   * What came of an action. Every action has one, also those that were not carried out.
   *
   * @param text what the planner and the user see
   * @param changedState whether something is another way than before: a file, a note
   */
  record Observation(String id, String text, boolean failed, boolean changedState)
      implements Event {

    /** The text for an action that the run did not come to. */
    public static final String NOT_DONE = "error: not carried out, the run was stopped";

    /** The text for an action that was under way when the run ended. */
    public static final String UNKNOWN = "error: interrupted, it may or may not have been done";

    /** Whether the run ended before the action did, so that nothing is known of its outcome. */
    public boolean isBrokenOff() {
      return text.equals(NOT_DONE) || text.equals(UNKNOWN);
    }
  }

  /**
   * What the user is told in the end.
   *
   * @param tokens that the planner read and wrote for it
   * @param notice what jgpt itself says about the answer, such as that it is no medical advice; may
   *     be empty
   */
  record Answer(String text, int tokens, String notice) implements Event {

    /** An answer that nothing is to be said about. */
    public Answer(String text, int tokens) {
      this(text, tokens, "");
    }
  }

  /** What the user thinks of the answer. */
  record Feedback(Rating rating, String comment) implements Event {

    /** In one word. */
    public enum Rating {
      GOOD,
      BAD,
      /** Neither: a comment alone. */
      NONE
    }
  }

  /**
   * The end of a run, or of this sitting of it: any event but feedback after it opens the next.
   *
   * @param detail why, where the reason alone does not tell; may be empty
   */
  record Stop(Reason reason, String detail) implements Event {

    /** Why a run ends. */
    public enum Reason {
      /** The planner answered. */
      ANSWERED,
      /** As many actions as the budget has. */
      STEPS,
      /** As many tokens as the budget has. */
      TOKENS,
      /** As many bytes in and out of tools as the budget has. */
      BYTES,
      /** As much time as the budget has. */
      TIME,
      /** Too many failures in a row. */
      FAILURES,
      /** The user stopped it. */
      CANCELLED,
      /** The planner found nothing to do. */
      NO_PLAN
    }
  }
}
