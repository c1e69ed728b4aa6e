package io.jgpt.agent.tool;

/** What a tool does beyond computing: what a policy decides by. */
public enum Effect {
  /** Computes from its arguments and the clock. */
  NONE,
  /** Reads the workspace or the notes. */
  READS,
  /** Changes files of the workspace, or the notes. */
  WRITES,
  /** Asks the user a question. */
  ASKS,
  /** Starts a program. */
  RUNS,
  /** Reads from another machine. */
  NETWORK,
  /** Hands the call to a server of somebody else, which may do anything. */
  REMOTE
}
