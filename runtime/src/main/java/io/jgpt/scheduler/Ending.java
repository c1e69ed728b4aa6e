package io.jgpt.scheduler;

/** How a completion ended that did not fail. */
public enum Ending {
  /** End-of-text, the listener's wish, or a complete constraint. */
  STOP,
  /** As many tokens as were asked for. */
  LENGTH,
  /** Cancelled, or its sequence or the scheduler was closed. */
  CANCELLED
}
