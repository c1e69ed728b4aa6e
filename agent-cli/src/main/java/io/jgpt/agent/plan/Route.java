package io.jgpt.agent.plan;

import java.util.Set;

/**
 * A call that a goal asks for.
 *
 * @param arguments name, value, name, value
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Route(String tool, String... arguments) {

  /** Stands for what the last call gave. */
  static final String RESULT = "\0result";

  /** Stands for what all calls gave, a line each. */
  static final String RESULTS = "\0results";

  private static final Set<String> TOLD =
      Set.of("calculate", "convert", "date", "list", "read", "search", "notes", "summarize", "ask");
  private static final Set<String> FACTS =
      Set.of("calculate", "convert", "date", "read", "ask", "notes", "summarize");

  /** Whether the user wants to hear what it gave. */
  boolean isTold() {
    return TOLD.contains(tool);
  }

  /** Whether what it gave can be written down. */
  boolean givesText() {
    return FACTS.contains(tool);
  }
}
