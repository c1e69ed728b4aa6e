package io.jgpt.agent.tool;

/**
 * One thing that the agent can do. A tool keeps no state of its own and may be used from any
 * thread.
 *
 * <p>A tool only acts: whether it may is decided before, by the policy and the user.
 */
public interface Tool {

  /** Its name, what it takes, and what it does to the world. Always the same value. */
  ToolSpec spec();

  /**
   * Acts.
   *
   * @param arguments validated against {@link #spec}
   * @throws ToolException if it cannot be done; its line becomes the observation {@code error: ...}
   */
  ToolResult call(Arguments arguments, ToolContext context) throws ToolException;
}
