package io.jgpt.train.simulator;

import java.util.Map;

/**
 * One call that a goal asks for.
 *
 * @param tool its name
 * @param slots what the goal says, by the names of wordings
 * @param from where the rest comes from
 * @param results how many results are meant, counted back from the call; 0: all
 */
record Action(String tool, Map<String, String> slots, From from, int results) {

  /** Where what a call needs comes from, besides the goal's own values. */
  enum From {
    /** From nowhere else. */
    GOAL,
    /** The text to write is what the call before gave. */
    RESULT,
    /** The text to write is what the two calls before gave. */
    RESULTS2,
    /** The text to write is what several calls before gave. */
    RESULTS,
    /** The text to write is what the user answered. */
    REPLY,
    /** The file is the one that an earlier call wrote, copied or read. */
    SAME
  }

  String slot(String name) {
    return slots.getOrDefault(name, "");
  }

  /** Whether it gives a value that a later call can write down. */
  boolean gives() {
    return switch (tool) {
      case "calculate", "convert", "date" -> true;
      default -> false;
    };
  }
}
