package io.jgpt;

/** Why a generation ended. A failure is no reason: it is thrown to the one who reads the tokens. */
public enum FinishReason {
  /** The model ended the text, a stop text came, or the constraint was complete. */
  STOP,
  /** As many tokens as were asked for, or as the context holds. */
  LENGTH,
  /** Cancelled, or its session or model was closed. */
  CANCELLED
}
