package io.jgpt.agent;

/** Hears what a planner writes while it writes it. What it hears is not checked for anything. */
@FunctionalInterface
public interface TokenSink {

  /** Hears nothing. */
  TokenSink SILENT = piece -> {};

  /** The next piece of the thought, or of the answer. */
  void accept(String piece);
}
