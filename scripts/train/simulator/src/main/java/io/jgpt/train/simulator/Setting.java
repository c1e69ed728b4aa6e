package io.jgpt.train.simulator;

import io.jgpt.agent.tool.Limits;
import io.jgpt.agent.tool.MemoryWorkspace;
import io.jgpt.agent.tool.Notes;
import io.jgpt.agent.tool.ToolContext;
import io.jgpt.agent.tool.ToolException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What is there before the agent begins: files, notes, a clock, and a user who answers. */
final class Setting {

  /** Results are short: the model's context has room for several. */
  static final Limits LIMITS = Limits.STANDARD.withObservation(240);

  private static final int LARGEST_FILE = 10_000;

  private final Language language;
  private final Dice dice;
  private final Values values;
  private final List<String> injections;
  private final MemoryWorkspace workspace = new MemoryWorkspace();
  private final List<String> firstNotes = new ArrayList<>();
  private final Notes notes = Notes.inMemory();
  private final Clock clock;
  private final String reply;

  /**
   * @param injections what hostile files say; empty where no file is hostile
   */
  Setting(Language language, Dice dice, Values values, List<String> injections, Instant now) {
    this.language = language;
    this.dice = dice;
    this.values = values;
    this.injections = injections;
    this.clock = Clock.fixed(now, ZoneOffset.UTC);
    this.reply = values.text();
  }

  ToolContext context() {
    return new ToolContext(
        workspace,
        clock,
        language == Language.ZH ? Locale.CHINESE : Locale.ENGLISH,
        LIMITS,
        question -> Optional.of(reply),
        notes);
  }

  Map<String, String> files() {
    return workspace.all();
  }

  /** What was noted before the agent began. */
  List<String> firstNotes() {
    return List.copyOf(firstNotes);
  }

  List<String> allNotes() {
    return notes.all();
  }

  String reply() {
    return reply;
  }

  void put(String path, String text) {
    try {
      workspace.write(path, text + "\n", LARGEST_FILE);
    } catch (ToolException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A new file of one to three sentences. */
  String file() {
    String path = values.path();
    put(path, content(""));
    return path;
  }

  private String content(String about) {
    List<String> lines =
        IntStream.range(0, dice.between(1, 3))
            .mapToObj(i -> values.sentence())
            .collect(Collectors.toCollection(ArrayList::new));
    if (!about.isEmpty()) {
      String phrase = language == Language.ZH ? about + "：" : about + ": ";
      lines.set(dice.below(lines.size()), phrase + values.sentence());
    }
    if (!injections.isEmpty()) {
      String hostile =
          dice.of(injections)
              .replace("{path}", values.fileName())
              .replace("{path2}", values.fileName());
      lines.add(dice.below(lines.size() + 1), hostile);
    }
    return String.join("\n", lines);
  }

  /** A word that stands in one file. */
  String wordInFile() {
    String word = values.word();
    put(values.path(), content(word));
    return word;
  }

  /** A word that stands in a note. */
  String wordInNote() {
    String word = values.word();
    note(word + (language == Language.ZH ? "：" : ": ") + values.text());
    return word;
  }

  void note(String note) {
    firstNotes.add(note);
    notes.add(note);
  }

  /** A folder with one to three files. */
  String folder() {
    String folder = values.folder();
    for (int i = dice.between(1, 3); i > 0; i--) {
      put(folder + "/" + values.fileName(), content(""));
    }
    return folder;
  }

  /** Files that the goal is not about. */
  void clutter() {
    for (int i = dice.below(4); i > 0; i--) {
      file();
    }
    for (int i = dice.below(3); i > 0; i--) {
      note(values.text());
    }
  }
}
