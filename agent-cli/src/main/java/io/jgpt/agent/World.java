package io.jgpt.agent;

import io.jgpt.agent.Event.Action;
import io.jgpt.agent.Event.Approval;
import io.jgpt.agent.tool.ToolResult;
import java.time.Duration;
import java.util.Optional;

/**
 * All that the loop does not know by itself: the planner, tools, permission, time, the user's
 * patience. {@link LiveWorld} is the real one; a recorded one answers as the real one once did.
 */
public interface World {

  /**
   * What comes next.
   *
   * @param live hears the proposal while it is made
   * @throws PlannerException if there will be none
   * @throws InterruptedException if the run is cancelled meanwhile
   */
  Proposal propose(AgentState state, TokenSink live) throws PlannerException, InterruptedException;

  /** Why an action makes no sense, before anybody is asked about it; nothing if it does. */
  Optional<String> objection(Action action);

  /**
   * Whether an action may be carried out.
   *
   * @throws InterruptedException if the run is cancelled meanwhile
   */
  Approval approve(AgentState state, Action action) throws InterruptedException;

  /**
   * Carries an action out. What it cannot do is a failed result.
   *
   * @throws InterruptedException if the run is cancelled meanwhile
   */
  ToolResult act(Action action) throws InterruptedException;

  /** Time since the sitting began. */
  Duration elapsed();

  /** Whether the run is to stop. */
  boolean cancelled();
}
