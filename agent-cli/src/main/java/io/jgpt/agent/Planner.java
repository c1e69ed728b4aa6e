package io.jgpt.agent;

import io.jgpt.agent.tool.Limits;

/**
 * Decides what comes next. All that it knows of a run is the state, so that it can be continued by
 * another process.
 */
public interface Planner extends AutoCloseable {

  /**
   * The next thing to do.
   *
   * @param state of a run whose actions have all been observed
   * @param live hears the proposal while it is made
   * @throws PlannerException if there will be none
   * @throws InterruptedException if the run is cancelled meanwhile
   */
  Proposal next(AgentState state, TokenSink live) throws PlannerException, InterruptedException;

  /** How much of the world it can read. */
  default Limits limits() {
    return Limits.STANDARD;
  }

  /** Gives back what the planner holds. */
  @Override
  void close();
}
