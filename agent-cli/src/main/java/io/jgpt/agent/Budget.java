package io.jgpt.agent;

import io.jgpt.agent.Event.Stop.Reason;
import java.time.Duration;
import java.util.Optional;

/**
 * What a sitting may use at most. It is looked at before every call of the planner, so what is
 * already decided is still carried out.
 *
 * @param steps actions
 * @param tokens that the planner reads and writes
 * @param bytes of arguments and observations, UTF-8
 * @param time since the sitting began
 */
public record Budget(int steps, long tokens, long bytes, Duration time) {

  /** Enough for what a small model can do, and short enough to wait for. */
  public static final Budget USUAL = new Budget(20, 200_000, 16L << 20, Duration.ofMinutes(10));

  /** Every limit is above 0. */
  public Budget {
    if (steps < 1 || tokens < 1 || bytes < 1 || !time.isPositive()) {
      throw new IllegalArgumentException(
          "budget of " + steps + " steps, " + tokens + " tokens, " + bytes + " bytes, " + time);
    }
  }

  /** The same with another number of steps. */
  public Budget steps(int n) {
    return new Budget(n, tokens, bytes, time);
  }

  /**
   * What has been used.
   *
   * @param steps actions
   */
  public record Spent(int steps, long tokens, long bytes) {

    /** At the beginning. */
    public static final Spent NOTHING = new Spent(0, 0, 0);

    Spent plus(int moreSteps, long moreTokens, long moreBytes) {
      return new Spent(steps + moreSteps, tokens + moreTokens, bytes + moreBytes);
    }
  }

  /** The first limit that is reached, if one is. */
  public Optional<Reason> reached(Spent spent, Duration elapsed) {
    if (spent.steps >= steps) {
      return Optional.of(Reason.STEPS);
    }
    if (spent.tokens >= tokens) {
      return Optional.of(Reason.TOKENS);
    }
    if (spent.bytes >= bytes) {
      return Optional.of(Reason.BYTES);
    }
    return elapsed.compareTo(time) >= 0 ? Optional.of(Reason.TIME) : Optional.empty();
  }
}
