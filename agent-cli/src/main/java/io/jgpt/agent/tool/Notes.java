package io.jgpt.agent.tool;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** What the agent remembers at the user's wish, oldest first. */
public interface Notes {

  /**
   * Adds one note of one line.
   *
   * @throws UncheckedIOException if it cannot be stored; its cause says why, in a few words
   */
  void add(String note);

  /**
   * All notes, oldest first; a copy.
   *
   * @throws UncheckedIOException if they cannot be read
   */
  List<String> all();

  /** Notes that last as long as the object; for one thread. */
  static Notes inMemory() {
    return new Notes() {
      private final List<String> notes = new ArrayList<>();

      @Override
      public void add(String note) {
        notes.add(note);
      }

      @Override
      public List<String> all() {
        return List.copyOf(notes);
      }
    };
  }
}
