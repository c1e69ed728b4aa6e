package io.jgpt.train.simulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The wordings of one language: {@code scripts/train/wordings/README.md} says what the files hold.
 */
final class Wordings {

  /** The lines of a section, those to learn apart from those held out. */
  private record Section(List<String> learnt, List<String> heldOut) {}

  private final Map<String, Section> sections = new HashMap<>();

  private Wordings() {}

  static Wordings read(Path directory) throws IOException {
    Wordings wordings = new Wordings();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        String kind = file.getFileName().toString().replace(".txt", "");
        Section section = null;
        for (String line : Files.readAllLines(file)) {
          if (line.startsWith("[") && line.endsWith("]")) {
            String name = kind + " " + line.substring(1, line.length() - 1);
            section = new Section(new ArrayList<>(), new ArrayList<>());
            wordings.sections.put(name, section);
          } else if (section != null && !line.isBlank() && !line.startsWith("#")) {
            if (line.startsWith("~")) {
              section.heldOut.add(line.substring(1));
            } else {
              section.learnt.add(line);
            }
          }
        }
      }
    }
    return wordings;
  }

  boolean has(String kind, String section) {
    return sections.containsKey(kind + " " + section);
  }

  /** Whether some lines of a file that is one section are held out. */
  boolean hasHeldOut(String kind) {
    return !sections.get(kind + " " + kind).heldOut.isEmpty();
  }

  /** The names of a file's sections, sorted. */
  Set<String> sections(String kind) {
    Set<String> names = new TreeSet<>();
    for (String name : sections.keySet()) {
      if (name.startsWith(kind + " ")) {
        names.add(name.substring(kind.length() + 1));
      }
    }
    return names;
  }

  /** The lines to learn, or those held out; where none is held out, those to learn. */
  List<String> lines(String kind, String section, boolean heldOut) {
    Section found = sections.get(kind + " " + section);
    if (found == null) {
      throw new IllegalArgumentException("no wordings: " + kind + " [" + section + "]");
    }
    return heldOut && !found.heldOut.isEmpty() ? found.heldOut : found.learnt;
  }

  /** The two answers of a kind: when it went well, and when it did not. */
  String answer(String kind, boolean failed) {
    return sections.get(kind + " answer").learnt.get(failed ? 1 : 0);
  }
}
