package io.jgpt.agent.tool;

import java.util.Optional;

/** The way from a tool to the user. */
@FunctionalInterface
public interface Questions {

  /** Nobody is there to answer. */
  Questions NOBODY = question -> Optional.empty();

  /**
   * Asks and waits.
   *
   * @param question safe to display
   * @return what the user typed, or nothing if there is no user or the user gave no answer
   */
  Optional<String> ask(String question);
}
