package io.jgpt.train.simulator;

import io.jgpt.train.simulator.Action.From;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Puts clauses together to goals of up to five actions, and words around them. */
final class Composer {

  private static final int MOST_ACTIONS = 5;
  private static final String LETTERS = "abcde";

  /** Too basic to be held out. */
  private static final Set<String> BASIC =
      Set.of(
          "calculate+calculate+write > read.same",
          "calculate+write > read.same",
          "calculate > write.result",
          "calculate > append.result",
          "calculate > calculate > write.results2",
          "calculate > write.result > read.same",
          "convert > write.result",
          "convert > append.result",
          "date > write.result",
          "write > read.same",
          "append > read.same",
          "ask > write.reply",
          "copy > read.same");

  private final Language language;
  private final Wordings wordings;
  private final Dice dice;
  private final Clauses clauses;

  Composer(Language language, Wordings wordings, Dice dice, Clauses clauses) {
    this.language = language;
    this.wordings = wordings;
    this.dice = dice;
    this.clauses = clauses;
  }

  static String signature(List<Clause> goal) {
    return goal.stream().map(Clause::signature).collect(Collectors.joining(" > "));
  }

  /** One composition in six is held out: training never sees its clauses in this order. */
  static boolean isHeldOut(List<Clause> goal) {
    String signature = signature(goal);
    return goal.size() > 1
        && !BASIC.contains(signature)
        && Integer.remainderUnsigned(signature.hashCode() * 0x9E3779B9, 6) == 0;
  }

  /** Clauses that make sense together; a fault is in the last one. */
  List<Clause> clauses(int count, Fault fault) {
    List<Clause> goal = new ArrayList<>();
    while (goal.size() < count) {
      boolean last = goal.size() == count - 1;
      Clause next =
          last && fault != Fault.NONE
              ? clauses.of(faulty(fault), count == 1 && dice.chance(0.7), fault)
              : next(goal, count);
      if (actions(goal) + next.actions().size() > MOST_ACTIONS) {
        break;
      }
      goal.add(next);
    }
    return goal;
  }

  private static int actions(List<Clause> goal) {
    return goal.stream().mapToInt(clause -> clause.actions().size()).sum();
  }

  private String faulty(Fault fault) {
    return switch (fault) {
      case REFUSED -> dice.of("calculate", "convert", "write", "append", "copy");
      case MISSING -> dice.of("read", "summarize", "copy", "search", "search", "notes");
      case ELSEWHERE -> dice.of("read", "summarize");
      case DENIED -> dice.of("write", "append", "copy", "note");
      case NONE -> throw new IllegalArgumentException();
    };
  }

  private Clause next(List<Clause> goal, int count) {
    if (goal.isEmpty()) {
      return first(count);
    }
    Clause before = goal.getLast();
    if (before.signature().equals("ask") && dice.chance(0.85)) {
      return clauses.after(dice.of("write", "write", "append", "note"), From.REPLY);
    }
    if (before.gives() && dice.chance(0.7)) {
      return clauses.after(dice.of("write", "write", "append", "append", "note"), from(goal));
    }
    if (hasFile(goal) && dice.chance(0.65)) {
      String kind = dice.of("read", "read", "read", "read", "copy", "append", "summarize");
      if (clauses.has(kind, From.SAME)) {
        return clauses.after(kind, From.SAME);
      }
    }
    return dice.chance(0.2)
        ? clauses.nested()
        : clauses.of(dice.of(Clauses.KINDS), false, Fault.NONE);
  }

  private Clause first(int count) {
    if (dice.chance(0.22)) {
      return clauses.nested();
    }
    List<String> givers =
        List.of("calculate", "convert", "date", "calculate", "write", "append", "copy", "ask");
    String kind = count > 1 && dice.chance(0.5) ? dice.of(givers) : dice.of(Clauses.KINDS);
    return clauses.of(kind, count == 1 && dice.chance(0.75), Fault.NONE);
  }

  /** Which of the results so far "it" or "them" can be. */
  private From from(List<Clause> goal) {
    boolean all = goal.stream().allMatch(Clause::gives);
    int results = actions(goal);
    if (all && results > 1) {
      return results == 2 && dice.chance(0.6) ? From.RESULTS2 : From.RESULTS;
    }
    return goal.getLast().actions().size() == 2 ? From.RESULTS2 : From.RESULT;
  }

  private static boolean hasFile(List<Clause> goal) {
    return goal.stream()
        .flatMap(clause -> clause.actions().stream())
        .anyMatch(action -> Set.of("write", "append", "copy").contains(action.tool()));
  }

  // --- sentences --------------------------------------------------------------------------------

  /** The goal as a user would type it. */
  String sentence(List<Clause> goal) {
    String text;
    boolean clause = false;
    if (goal.size() == 1) {
      text = goal.getFirst().phrase();
      if (!goal.getFirst().whole()) {
        clause = dice.chance(0.5);
        text = clause ? text : capital(text) + stop();
      }
    } else {
      String join = dice.of(wordings.lines("joins", Integer.toString(goal.size()), false));
      clause = join.startsWith("{a}") && !join.matches(".*[.!;。！；].*");
      text = join;
      for (int i = 0; i < goal.size(); i++) {
        String letter = LETTERS.substring(i, i + 1);
        String phrase = goal.get(i).phrase();
        text = text.replace("{" + letter + "}", phrase);
        text = text.replace("{" + letter.toUpperCase(Locale.ROOT) + "}", capital(phrase));
      }
    }
    return distracted(clause ? polite(text, 0.8, "{a}") : polite(text, 0.2, "{goal}"));
  }

  private String polite(String text, double chance, String slot) {
    if (!dice.chance(chance)) {
      return text;
    }
    List<String> wraps =
        wordings.lines("polite", "wrap", false).stream().filter(w -> w.contains(slot)).toList();
    String wrap = dice.of(wraps);
    return wrap.replace(
        slot, wrap.endsWith(slot) ? text : slot.equals("{goal}") ? ended(text) : text);
  }

  private String distracted(String text) {
    if (dice.chance(0.06)) {
      return dice.of(wordings.lines("distractors", "before", false)) + language.space() + text;
    }
    if (dice.chance(0.05)) {
      return ended(text)
          + language.space()
          + dice.of(wordings.lines("distractors", "after", false));
    }
    return text;
  }

  private String stop() {
    return dice.chance(0.7) ? language == Language.ZH ? "。" : "." : "";
  }

  private String ended(String text) {
    return text.matches("(?s).*[.!?;。！？；]") ? text : text + (language == Language.ZH ? "。" : ".");
  }

  private static String capital(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}
