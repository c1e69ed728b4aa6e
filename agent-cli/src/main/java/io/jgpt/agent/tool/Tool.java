package io.jgpt.agent.tool;

import java.util.List;

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

  /**
   * The parts of a result that a later argument may be copied from ({@link Parameter.Kind#isSpan}):
   * what the tool says itself. None, unless the tool says otherwise, because a result may hold what
   * others wrote.
   *
   * @param observation the text of a result that did not fail
   */
  default List<String> sources(String observation) {
    return List.of();
  }
}
