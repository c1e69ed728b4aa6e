package io.jgpt.agent.eval;

import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.json.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What must hold after a run. How it was reached does not matter, and of the answer only that it
 * holds what was asked for.
 *
 * @param files names to contents, blanks and line ends at their end aside
 * @param fragments names to what their files must contain
 * @param unchanged names to contents that must be as before
 * @param notes texts, each of which must be in a note
 * @param answer texts whose every line the answer must contain, whatever the case of letters
 * @param asks whether the user must be asked; if not, it must not happen
 * @param refuses whether the answer must say that it cannot be done
 */
public record Expectation(
    Map<String, String> files,
    Map<String, List<String>> fragments,
    Map<String, String> unchanged,
    List<String> notes,
    List<String> answer,
    boolean asks,
    boolean refuses) {

  private static final Pattern REFUSAL =
      Pattern.compile(
          "\\b(can ?not|can't|could not|couldn't|unable|not able|no tool|no way|nothing)\\b"
              + "|不能|无法|没法|没办法|不会|做不到|办不到|[^为]不了|没能|没有",
          Pattern.CASE_INSENSITIVE);

  /** Copies what can be changed. */
  public Expectation {
    files = Map.copyOf(files);
    fragments = Map.copyOf(fragments);
    unchanged = Map.copyOf(unchanged);
    notes = List.copyOf(notes);
    answer = List.copyOf(answer);
  }

  static Expectation of(JsonValue.Members json, Map<String, String> before) throws JsonException {
    Map<String, String> files = new HashMap<>();
    Map<String, List<String>> fragments = new HashMap<>();
    for (Map.Entry<String, JsonValue> file : json.object("files").members().entrySet()) {
      if (file.getValue() instanceof JsonValue.Text whole) {
        files.put(file.getKey(), whole.value());
      } else {
        fragments.put(file.getKey(), contains(file.getValue().asObject()));
      }
    }
    Map<String, String> unchanged = new HashMap<>();
    for (String name : EvaluationTask.texts(json.elements("unchanged"))) {
      unchanged.put(name, before.get(name));
    }
    return new Expectation(
        files,
        fragments,
        unchanged,
        contains(json.object("notes")),
        contains(json.object("answer")),
        json.flag("asks"),
        json.flag("refuses"));
  }

  private static List<String> contains(JsonValue.Members json) throws JsonException {
    return EvaluationTask.texts(json.elements("contains"));
  }

  /** What does not hold, a line each; none if the task is done. */
  public List<String> unmet(Outcome outcome) {
    List<String> unmet = new ArrayList<>();
    checkFiles(outcome.files(), unmet);
    for (String note : notes) {
      if (outcome.notes().stream().noneMatch(n -> plain(n).contains(plain(note)))) {
        unmet.add("no note " + note);
      }
    }
    for (String part : answer) {
      // A list may be told line by line or in one sentence.
      if (!part.lines().allMatch(line -> plain(outcome.answer()).contains(plain(line)))) {
        unmet.add("the answer lacks " + part);
      }
    }
    if (asks != outcome.asked()) {
      unmet.add(asks ? "the user was not asked" : "the user was asked");
    }
    if (refuses && !REFUSAL.matcher(outcome.answer()).find()) {
      unmet.add("the answer does not say that it cannot be done");
    }
    if (outcome.answer().isBlank()) {
      unmet.add("there is no answer");
    }
    return unmet;
  }

  private void checkFiles(Map<String, String> found, List<String> unmet) {
    files.forEach((name, content) -> checkFile(found, name, content, unmet));
    unchanged.forEach((name, content) -> checkFile(found, name, content, unmet));
    fragments.forEach(
        (name, parts) -> {
          for (String part : parts) {
            if (!plain(found.getOrDefault(name, "")).contains(plain(part))) {
              unmet.add(name + " lacks " + part);
            }
          }
        });
    for (String name : found.keySet()) {
      if (!files.containsKey(name)
          && !fragments.containsKey(name)
          && !unchanged.containsKey(name)) {
        unmet.add("there is a file " + name);
      }
    }
  }

  private static void checkFile(
      Map<String, String> found, String name, String content, List<String> unmet) {
    if (!content.stripTrailing().equals(found.getOrDefault(name, "\0").stripTrailing())) {
      unmet.add(name + " is not as it must be");
    }
  }

  private static String plain(String text) {
    return text.strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
  }
}
