package io.jgpt.train.simulator;

import io.jgpt.agent.tool.ToolContext;
import io.jgpt.agent.tool.ToolResult;
import io.jgpt.agent.tool.Toolbox;
import io.jgpt.train.simulator.Item.Act;
import io.jgpt.train.simulator.Item.Finish;
import io.jgpt.train.simulator.Item.Obs;
import io.jgpt.train.simulator.Item.Think;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Carries out a goal's actions with the real tools, as a good agent would, and tells the user. */
final class Run {

  private static final Toolbox TOOLS = Toolbox.standard();
  private static final String ERROR = "error: ";
  private static final Set<String> NOTHING = Set.of("nothing found", "nothing noted");
  private static final List<String> WEEKDAYS_EN =
      List.of("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");
  private static final List<String> WEEKDAYS_ZH =
      List.of("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日");

  private final Language language;
  private final Wordings wordings;
  private final Dice dice;
  private final ToolContext context;
  private final List<Item> items = new ArrayList<>();

  /**
   * What the user is told of each call, by its number; a call whose result went elsewhere is not
   * here.
   */
  private final Map<Integer, String> answers = new LinkedHashMap<>();

  private final Map<Integer, String> facts = new LinkedHashMap<>();
  private final List<String> results = new ArrayList<>();
  private String file = "";
  private int fileWriter = -1;
  private String reply = "";
  private boolean failed;

  Run(Language language, Wordings wordings, Dice dice, ToolContext context) {
    this.language = language;
    this.wordings = wordings;
    this.dice = dice;
    this.context = context;
  }

  List<Item> items() {
    return items;
  }

  boolean failed() {
    return failed;
  }

  /** What the answer cannot do without: results and contents, not the words around them. */
  List<String> facts() {
    return List.copyOf(facts.values());
  }

  void carryOut(List<Action> actions, Fault fault) {
    for (int i = 0; i < actions.size() && !failed; i++) {
      Fault here = i == actions.size() - 1 ? fault : Fault.NONE;
      carryOut(actions.get(i), here, i == 0);
    }
    finish(String.join("\n", answers.values()));
  }

  void finish(String answer) {
    items.add(new Finish(answer));
  }

  private void carryOut(Action action, Fault fault, boolean first) {
    Map<String, String> slots = new HashMap<>(action.slots());
    int before = results.size();
    switch (action.from()) {
      case GOAL -> {}
      case RESULT, RESULTS2, RESULTS ->
          slots.put("text", taken(action.results() == 0 ? before : action.results()));
      case REPLY -> {
        slots.put("text", reply);
        answers.remove(before - 1);
        facts.remove(before - 1);
      }
      case SAME -> slots.put("path", file);
    }
    if (first) {
      String thought = dice.of(wordings.lines(action.tool(), "think", false));
      String filled = Clauses.filled(thought, slots);
      items.add(new Think(filled.contains("{") ? dice.of(plain(action.tool())) : filled));
    }
    String observed = act(action.tool(), arguments(action, slots), fault);
    if (fault == Fault.ELSEWHERE && observed.startsWith(ERROR)) {
      observed = lookElsewhere(action.tool(), slots);
    }
    note(action, slots, observed);
  }

  private List<String> plain(String tool) {
    return wordings.lines(tool, "think", false).stream().filter(t -> !t.contains("{")).toList();
  }

  /** The last {@code count} results as lines; the user need not be told them again. */
  private String taken(int count) {
    int size = results.size();
    for (int i = size - count; i < size; i++) {
      answers.remove(i);
      facts.remove(i);
    }
    return String.join("\n", results.subList(size - count, size));
  }

  private String act(String tool, List<String> arguments, Fault fault) {
    items.add(new Act(tool, arguments));
    String observed;
    if (fault == Fault.DENIED) {
      observed = ERROR + "denied" + (dice.chance(0.5) ? "" : ": " + reason());
    } else {
      ToolResult result = TOOLS.call(tool, arguments, context);
      observed = result.text();
    }
    items.add(new Obs(observed));
    return observed;
  }

  private String reason() {
    return language == Language.ZH
        ? dice.of("不要改这个文件", "先别动", "不用了", "换个名字")
        : dice.of("not this file", "leave it as it is", "no", "use another name");
  }

  private String lookElsewhere(String tool, Map<String, String> slots) {
    String name = slots.get("path");
    items.add(new Think(language == Language.ZH ? "不在这里，搜一下" : "not here, search for it"));
    String found = act("search", List.of(name), Fault.NONE);
    for (String line : found.split("\n", -1)) {
      int colon = line.indexOf(": ");
      if (colon > 0 && line.substring(0, colon).endsWith("/" + name)) {
        slots.put("path", line.substring(0, colon));
        return act(tool, List.of(slots.get("path")), Fault.NONE);
      }
    }
    throw new IllegalStateException("not found by its name: " + name);
  }

  private List<String> arguments(Action action, Map<String, String> slots) {
    return switch (action.tool()) {
      case "calculate" -> List.of(slots.get("expression"));
      case "convert" -> List.of(slots.get("amount"), slots.get("from"), slots.get("to"));
      case "date" -> date(slots);
      case "list" -> slots.containsKey("folder") ? List.of(slots.get("folder")) : List.of();
      case "read", "summarize" -> List.of(slots.get("path"));
      case "write", "append" -> List.of(slots.get("path"), slots.get("text"));
      case "copy" -> List.of(slots.get("path"), slots.get("path2"));
      case "search" -> List.of(slots.get("query"));
      case "note" -> List.of(slots.get("text"));
      case "notes" -> slots.containsKey("query") ? List.of(slots.get("query")) : List.of();
      case "ask" -> List.of(question(slots));
      default -> throw new IllegalStateException(action.tool());
    };
  }

  private List<String> date(Map<String, String> slots) {
    if (slots.containsKey("day")) {
      return List.of((language == Language.ZH ? "到" : "until ") + slots.get("day"));
    }
    return slots.containsKey("offset") ? List.of(slots.get("offset")) : List.of();
  }

  private String question(Map<String, String> slots) {
    if (slots.containsKey("question")) {
      return slots.get("question");
    }
    return language == Language.ZH
        ? slots.get("topic") + "是什么？"
        : "What is " + slots.get("topic") + "?";
  }

  /** Keeps what a call gave, for later calls and for the answer. */
  private void note(Action action, Map<String, String> slots, String observed) {
    String tool = action.tool();
    int number = results.size();
    failed = observed.startsWith(ERROR);
    boolean nothing = failed || NOTHING.contains(observed);
    String told = localised(tool, observed);
    String value = tool.equals("convert") ? measured(told, slots.get("to")) : told;
    results.add(value);
    slots.put("error", failed ? observed.substring(ERROR.length()) : "");
    slots.put("result", told);
    slots.put("content", told);
    slots.put("list", told.replace("\n", language.comma()));
    slots.put("reply", told);
    if (slots.containsKey("text")) {
      slots.put("text", slots.get("text").replace("\n", language.comma()));
    }
    String line =
        !nothing && tool.equals("date") && slots.containsKey("day")
            ? wordings.lines(tool, "days", false).getFirst()
            : wordings.answer(tool, nothing);
    boolean writes = Set.of("write", "append", "copy").contains(tool);
    if (!writes && action.from() == Action.From.SAME) {
      // The file's content says what was written.
      answers.remove(fileWriter);
      facts.remove(fileWriter);
    }
    answers.put(number, Clauses.filled(line, slots));
    if (!nothing && !writes && !tool.equals("note")) {
      facts.put(number, told);
    }
    if (writes && !failed) {
      file = slots.get(tool.equals("copy") ? "path2" : "path");
      fileWriter = number;
    }
    if (tool.equals("ask")) {
      reply = told;
    }
  }

  private String measured(String amount, String unit) {
    boolean chinese = Character.isIdeographic(unit.codePointAt(0));
    return amount + (chinese ? "" : " ") + unit;
  }

  /** Weekdays in the language of the answer. */
  private String localised(String tool, String observed) {
    if (tool.equals("date") && language == Language.ZH) {
      for (int i = 0; i < WEEKDAYS_EN.size(); i++) {
        if (observed.contains(WEEKDAYS_EN.get(i))) {
          return observed.replace(WEEKDAYS_EN.get(i), WEEKDAYS_ZH.get(i));
        }
      }
    }
    return observed;
  }
}
