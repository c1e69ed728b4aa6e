package io.jgpt.train.simulator;

import io.jgpt.train.simulator.Action.From;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes clauses: draws a wording, fills its slots, and puts into the setting what they need. */
final class Clauses {

  static final List<String> KINDS =
      List.of(
          "calculate",
          "convert",
          "date",
          "list",
          "read",
          "write",
          "append",
          "copy",
          "search",
          "note",
          "notes",
          "summarize",
          "ask");

  private static final Pattern SLOT = Pattern.compile("\\{(\\w+)\\}");

  private final Wordings wordings;
  private final Dice dice;
  private final Values values;
  private final Setting setting;
  private final boolean heldOutWordings;

  Clauses(Wordings wordings, Dice dice, Values values, Setting setting, boolean heldOutWordings) {
    this.wordings = wordings;
    this.dice = dice;
    this.values = values;
    this.setting = setting;
    this.heldOutWordings = heldOutWordings;
  }

  /** One action in words of its own. */
  Clause of(String kind, boolean whole, Fault fault) {
    return make(List.of(kind), kind, whole ? "goal" : "clause", From.GOAL, fault);
  }

  /** An action that needs what earlier ones gave, or their file. */
  Clause after(String kind, From from) {
    return make(List.of(kind), kind, from.name().toLowerCase(Locale.ROOT), from, Fault.NONE);
  }

  boolean has(String kind, From from) {
    return wordings.has(kind, from.name().toLowerCase(Locale.ROOT));
  }

  /** Several actions in one phrase. */
  Clause nested() {
    String section = dice.of(List.copyOf(wordings.sections("nested")));
    return make(List.of(section.split(" ", -1)), "nested", section, From.GOAL, Fault.NONE);
  }

  private Clause make(List<String> kinds, String file, String section, From from, Fault fault) {
    String line = dice.of(wordings.lines(file, section, heldOutWordings));
    Map<String, String> slots = new LinkedHashMap<>();
    Matcher slot = SLOT.matcher(line);
    while (slot.find()) {
      slots.put(slot.group(1), "");
    }
    fill(kinds, slots, fault);
    List<Action> actions = new ArrayList<>();
    int expressions = 0;
    for (int i = 0; i < kinds.size(); i++) {
      Map<String, String> own = new HashMap<>(slots);
      if (kinds.get(i).equals("calculate")) {
        expressions++;
        own.put(
            "expression", slots.get(expressions == 1 ? "expression" : "expression" + expressions));
      }
      boolean single = kinds.size() == 1;
      From source = single ? from : nestedFrom(kinds, i);
      int results = source == From.RESULT ? 1 : source == From.RESULTS2 ? 2 : single ? 0 : i;
      actions.add(new Action(kinds.get(i), own, source, results));
    }
    if (kinds.size() > 1) {
      separatePaths(actions);
    }
    String how = from == From.GOAL ? "" : "." + from.name().toLowerCase(Locale.ROOT);
    String detail =
        slots.containsKey("day") ? ".days" : slots.containsKey("folder") ? ".folder" : "";
    return new Clause(
        filled(line, slots),
        actions,
        String.join("+", kinds) + how + detail,
        section.equals("goal"));
  }

  static String filled(String line, Map<String, String> slots) {
    return SLOT.matcher(line)
        .replaceAll(m -> Matcher.quoteReplacement(slots.getOrDefault(m.group(1), m.group())));
  }

  private static From nestedFrom(List<String> kinds, int index) {
    if (index < kinds.size() - 1 || kinds.getLast().equals("calculate")) {
      return From.GOAL;
    }
    return kinds.getFirst().equals("ask") ? From.REPLY : From.RESULTS;
  }

  /** Of two files in one phrase, the last action writes the second. */
  private static void separatePaths(List<Action> actions) {
    Action last = actions.getLast();
    if (last.slots().containsKey("path2")) {
      Map<String, String> slots = new HashMap<>(last.slots());
      slots.put("path", slots.remove("path2"));
      actions.set(actions.size() - 1, new Action(last.tool(), slots, last.from(), last.results()));
    }
  }

  private void fill(List<String> kinds, Map<String, String> slots, Fault fault) {
    if (slots.containsKey("amount") || slots.containsKey("from") || slots.containsKey("to")) {
      List<String> conversion = values.conversion(fault == Fault.REFUSED);
      slots.put("amount", conversion.get(0));
      slots.put("from", conversion.get(1));
      slots.put("to", conversion.get(2));
    }
    for (Map.Entry<String, String> slot : slots.entrySet()) {
      if (slot.getValue().isEmpty()) {
        slot.setValue(value(kinds, slot.getKey(), slots.containsKey("path2"), fault));
      }
    }
  }

  private String value(List<String> kinds, String slot, boolean twoPaths, Fault fault) {
    return switch (slot) {
      case "expression", "expression2", "expression3" ->
          fault == Fault.REFUSED ? values.impossibleExpression() : values.expression();
      case "path" -> path(twoPaths && kinds.size() > 1 ? kinds.getFirst() : kinds.getLast(), fault);
      case "path2" -> fault == Fault.REFUSED ? setting.file() : values.path();
      case "folder" -> setting.folder();
      case "text" -> values.text();
      case "query" -> query(kinds.getFirst(), fault);
      case "offset" -> values.offset();
      case "day" -> values.day();
      case "topic" -> values.topic();
      case "question" -> values.question();
      default -> throw new IllegalStateException("no value for {" + slot + "}");
    };
  }

  private String query(String kind, Fault fault) {
    if (fault == Fault.MISSING) {
      return values.word();
    }
    return kind.equals("notes") ? setting.wordInNote() : setting.wordInFile();
  }

  private String path(String kind, Fault fault) {
    boolean writes = kind.equals("write") || kind.equals("append");
    if (fault == Fault.REFUSED && writes) {
      return dice.of("../", "../../", "/etc/", "~/", ".") + values.fileName();
    }
    if (fault == Fault.MISSING) {
      return values.path();
    }
    if (fault == Fault.ELSEWHERE) {
      String name = values.fileName();
      setting.put(values.folder() + "/" + name, values.sentence());
      return name;
    }
    double exists = kind.equals("write") ? 0.15 : kind.equals("append") ? 0.6 : 1;
    return dice.chance(exists) ? setting.file() : values.path();
  }
}
