package io.jgpt.agent.eval;

import java.util.List;
import java.util.Map;

/**
 * What a run left behind.
 *
 * @param files names to contents
 * @param notes oldest first
 * @param answer empty if there was none
 * @param asked whether the user was asked
 */
public record Outcome(Map<String, String> files, List<String> notes, String answer, boolean asked) {

  /** Copies what can be changed. */
  public Outcome {
    files = Map.copyOf(files);
    notes = List.copyOf(notes);
  }
}
