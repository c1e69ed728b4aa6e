package io.jgpt.agent.tool;

import java.util.List;
import java.util.Optional;

/** What of a folder tools see: no hidden names, and none that they could not write down. */
final class Listing {

  private Listing() {}

  /**
   * A file or folder; sorted by name.
   *
   * @param name a single one
   * @param folder whether it is a folder
   */
  record Entry(String name, boolean folder) implements Comparable<Entry> {

    @Override
    public int compareTo(Entry other) {
      return name.compareTo(other.name);
    }
  }

  static Optional<Entry> entry(String name, boolean folder) {
    try {
      return WorkspacePath.parse(name).names().equals(List.of(name))
          ? Optional.of(new Entry(name, folder))
          : Optional.empty();
    } catch (ToolException hidden) {
      return Optional.empty();
    }
  }

  static List<String> shown(List<Entry> entries) {
    return entries.stream().map(e -> e.folder() ? e.name() + "/" : e.name()).toList();
  }
}
