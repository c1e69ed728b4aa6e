package io.jgpt.sampling;

/** What happens to a prompt that is too long. */
public enum Truncate {
  /** A prompt longer than the context is refused. */
  NONE,
  /**
   * The oldest tokens go, so that the tokens asked for fit into the context behind the rest; at
   * least half of the context stays with the prompt.
   */
  LEFT
}
