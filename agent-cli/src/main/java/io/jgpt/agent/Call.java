package io.jgpt.agent;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * A tool with arguments, as a planner asks for it: nothing is checked yet.
 *
 * @param arguments by name, in the order in which they were given
 */
public record Call(String tool, SequencedMap<String, String> arguments) {

  /** Copies the arguments. */
  public Call {
    arguments = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(arguments));
  }

  /**
   * A call written in one line of code.
   *
   * @param namesAndValues name, value, name, value and so on
   */
  public static Call of(String tool, String... namesAndValues) {
    SequencedMap<String, String> arguments = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      arguments.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return new Call(tool, arguments);
  }
}
