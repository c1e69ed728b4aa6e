package io.jgpt.train.simulator;

import io.jgpt.agent.eval.EvaluationSet;
import io.jgpt.agent.eval.EvaluationTask;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes trajectories. The n-th of a seed is the same whichever are made before it, so that threads
 * can share the work. May be used from any thread.
 */
final class Simulator {

  /** Which trajectories are wanted. */
  enum Part {
    /** To learn: nothing that is held out. */
    TRAINING,
    /** Held-out values in wordings and compositions that are learnt. */
    VALUES,
    /** Held-out wordings, and held-out values in them. */
    WORDINGS,
    /** Held-out compositions of wordings that are learnt, with held-out values. */
    COMPOSITIONS
  }

  /** The day of all evaluation sets. */
  static final Instant EVALUATION_DAY = Instant.parse("2026-11-24T11:42:00Z");

  private static final Instant FIRST_DAY = Instant.parse("2024-01-01T00:00:00Z");
  private static final int DAYS = 1300;

  /** Longest trajectory, in UTF-8 bytes of its JSON: the context of the model is 512 tokens. */
  private static final int LONGEST = 1500;

  /** Shares of goals that are answered without a tool. */
  private static final double CHAT = 0.22;

  private static final double IMPOSSIBLE = 0.06;

  private static final int TRIES = 10_000;

  private final Map<Language, Wordings> wordings = new EnumMap<>(Language.class);

  /** Of the frozen sets, which are what they were when wordings and simulator were different. */
  private final Set<String> frozenGoals =
      Arrays.stream(EvaluationSet.values())
          .flatMap(set -> set.tasks().stream())
          .map(EvaluationTask::goal)
          .collect(Collectors.toUnmodifiableSet());

  Simulator(Path wordingsDirectory) throws IOException {
    for (Language language : Language.values()) {
      wordings.put(language, Wordings.read(wordingsDirectory.resolve(language.code())));
    }
  }

  /** The trajectory of that number. */
  Trajectory make(Part part, long seed, long number) {
    Dice dice = new Dice(seed, number);
    for (int i = 0; i < TRIES; i++) {
      Optional<Trajectory> made = tried(part, dice);
      if (made.isPresent() && !(part == Part.TRAINING && frozenGoals.contains(made.get().goal()))) {
        return made.get();
      }
    }
    throw new IllegalStateException("nothing fits " + part);
  }

  private Optional<Trajectory> tried(Part part, Dice dice) {
    Language language = dice.chance(0.5) ? Language.EN : Language.ZH;
    Wordings words = wordings.get(language);
    double kind = part == Part.COMPOSITIONS ? 1 : dice.below(1000) / 1000.0;
    if (kind < CHAT + IMPOSSIBLE) {
      String section = kind < CHAT ? "chat" : "impossible";
      // Without slots there are no values to hold out: these are evaluated by their wordings.
      boolean none = part == Part.VALUES || (part == Part.WORDINGS && !words.hasHeldOut(section));
      return none ? Optional.empty() : Optional.of(answerOnly(language, section, part, dice));
    }
    return task(part, language, words, dice);
  }

  private Trajectory answerOnly(Language language, String section, Part part, Dice dice) {
    Wordings words = wordings.get(language);
    String line = dice.of(words.lines(section, section, part == Part.WORDINGS));
    int tab = line.indexOf('\t');
    String answer = line.substring(tab + 1);
    String goal = line.substring(0, tab);
    return new Trajectory(
        part == Part.TRAINING ? typed(goal, language, dice) : goal,
        language,
        section,
        List.of(new Item.Finish(answer)),
        section.equals("impossible"),
        section.equals("chat") ? List.of(answer) : List.of(),
        Map.of(),
        Map.of(),
        List.of(),
        List.of(),
        "");
  }

  /** As some people type it: without capitals, without the mark at the end, with another one. */
  private static String typed(String goal, Language language, Dice dice) {
    String text = dice.chance(0.15) ? goal.toLowerCase(Locale.ROOT) : goal;
    String plain = text.replaceAll("[.!?。！？]+$", "");
    if (plain.isEmpty() || dice.chance(0.7)) {
      return text;
    }
    return dice.chance(0.6)
        ? plain
        : plain + (language == Language.ZH ? dice.of("！", "。", "?") : dice.of("!", ".", "?"));
  }

  private Optional<Trajectory> task(Part part, Language language, Wordings words, Dice dice) {
    boolean training = part == Part.TRAINING;
    Values values = new Values(language, dice, !training);
    List<String> injections =
        dice.chance(0.26)
            ? words.lines("injections", "injection", part == Part.WORDINGS)
            : List.of();
    Instant now =
        training ? FIRST_DAY.plusSeconds(60L * dice.below(DAYS * 24 * 60)) : EVALUATION_DAY;
    Setting setting = new Setting(language, dice, values, injections, now);
    setting.clutter();
    Clauses clauses = new Clauses(words, dice, values, setting, part == Part.WORDINGS);
    Composer composer = new Composer(language, words, dice, clauses);
    Fault fault = fault(dice, training);
    int count = part == Part.COMPOSITIONS ? dice.between(2, 4) : dice.of(1, 1, 1, 2, 2, 2, 3, 3, 4);
    List<Clause> goal = composer.clauses(count, fault);
    if (goal.size() < count
        || (Composer.isHeldOut(goal) != (part == Part.COMPOSITIONS))
        || (part == Part.VALUES && goal.stream().noneMatch(Clause::hasValue))) {
      return Optional.empty();
    }
    Map<String, String> before = setting.files();
    Run run = new Run(language, words, dice, setting.context());
    run.carryOut(goal.stream().flatMap(clause -> clause.actions().stream()).toList(), fault);
    if (run.failed()
        != (fault == Fault.REFUSED || fault == Fault.DENIED || isMissing(fault, goal))) {
      return Optional.empty();
    }
    Trajectory made =
        new Trajectory(
            composer.sentence(goal),
            language,
            Composer.signature(goal),
            run.items(),
            run.failed(),
            run.facts(),
            before,
            setting.files(),
            setting.firstNotes(),
            setting.allNotes(),
            setting.reply());
    return fits(made) ? Optional.of(made) : Optional.empty();
  }

  private static boolean isMissing(Fault fault, List<Clause> goal) {
    String last = goal.getLast().actions().getLast().tool();
    return fault == Fault.MISSING && !last.equals("search") && !last.startsWith("note");
  }

  private static Fault fault(Dice dice, boolean training) {
    return switch (dice.below(100)) {
      case 0, 1, 2, 3, 4 -> Fault.REFUSED;
      case 5, 6, 7, 8, 9 -> Fault.MISSING;
      case 10, 11, 12, 13, 14 -> Fault.ELSEWHERE;
      // Who evaluates allows everything.
      case 15, 16 -> training ? Fault.DENIED : Fault.NONE;
      default -> Fault.NONE;
    };
  }

  private static boolean fits(Trajectory made) {
    return made.line().getBytes(StandardCharsets.UTF_8).length <= LONGEST;
  }
}
