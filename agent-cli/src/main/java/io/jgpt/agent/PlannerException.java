package io.jgpt.agent;

/**
 * A planner cannot plan: its endpoint is not reached or refuses, or its model cannot read the goal.
 * The run can be resumed.
 */
public final class PlannerException extends Exception {

  private static final long serialVersionUID = 1;

  /** What is wrong, as the command line tells it. */
  public enum Fault {
    /** The endpoint cannot be reached, or breaks off. */
    UNREACHABLE,
    /** It did not answer in time. */
    TIMEOUT,
    /** It does not take the key. */
    UNAUTHORIZED,
    /** It refuses the request. */
    REFUSED,
    /** Its answer is not what the protocol has. */
    UNUSABLE,
    /** The goal has more tokens than the model can read. */
    GOAL_LENGTH
  }

  private final Fault fault;
  private final String endpoint;
  private final String detail;

  /**
   * @param endpoint or the model's name; without anything secret
   * @param detail a few words, without anything secret
   */
  public PlannerException(Fault fault, String endpoint, String detail) {
    super(fault + " " + endpoint + ": " + detail);
    this.fault = fault;
    this.endpoint = endpoint;
    this.detail = detail;
  }

  /** What is wrong. */
  public Fault fault() {
    return fault;
  }

  /** Where. */
  public String endpoint() {
    return endpoint;
  }

  /** More about it. */
  public String detail() {
    return detail;
  }
}
