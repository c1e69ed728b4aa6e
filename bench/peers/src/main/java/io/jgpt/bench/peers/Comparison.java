package io.jgpt.bench.peers;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Measures one stage: answers first, then the systems in turn, workload by workload. */
final class Comparison {

  /** What takes turns. */
  enum Contender {
    /** This project, through its command. */
    JGPT("jgpt"),
    /** PyTorch without compiling. */
    EAGER("PyTorch eager"),
    /** PyTorch compiled. */
    COMPILED("PyTorch compiled");

    private final String title;

    Contender(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  /**
   * What came out.
   *
   * @param answers empty if they could not be had
   * @param rounds of each workload and system that could be measured at least once
   * @param failures what went wrong, one line each
   */
  record Result(
      Stage stage,
      Optional<Answers> answers,
      Map<Workload, Map<Contender, List<Speeds>>> rounds,
      List<String> failures) {

    boolean right() {
      return failures.isEmpty() && answers.map(Answers::right).orElse(false);
    }
  }

  private final Settings settings;
  private final Jgpt jgpt;
  private final Optional<Torch> torch;
  private final Deadline deadline;
  private final Duration patience;
  private final Consumer<String> progress;

  /**
   * @param patience how long one request may take
   * @param progress told in one line what is done
   */
  Comparison(
      Settings settings,
      Jgpt jgpt,
      Optional<Torch> torch,
      Deadline deadline,
      Duration patience,
      Consumer<String> progress) {
    this.settings = settings;
    this.jgpt = jgpt;
    this.torch = torch;
    this.deadline = deadline;
    this.patience = patience;
    this.progress = progress;
  }

  /**
   * Measures.
   *
   * @param model of the stage's shape
   * @param compiled whether PyTorch compiled takes part
   */
  Result run(Stage stage, Path model, boolean compiled) {
    List<String> failures = new ArrayList<>();
    List<Contender> systems = new ArrayList<>();
    boolean torchOpened = openTorch(stage, model, failures);
    Optional<Answers> answers = answers(stage, model, torchOpened, failures);
    // What answers wrong is not timed.
    if (answers.map(Answers::right).orElse(false)) {
      systems.add(Contender.JGPT);
    }
    if (torchOpened) {
      systems.add(Contender.EAGER);
      if (compiled) {
        systems.add(Contender.COMPILED);
      }
    }
    Map<Workload, Map<Contender, List<Speeds>>> rounds = new LinkedHashMap<>();
    for (int round = 1; round <= settings.rounds(); round++) {
      for (Workload workload : settings.workloads()) {
        for (Contender system : List.copyOf(systems)) {
          progress.accept(
              "%s: %s, %s, round %d of %d"
                  .formatted(stage, workload.title(), system.title(), round, settings.rounds()));
          measure(stage, model, workload, system, failures)
              .ifPresentOrElse(
                  speeds ->
                      rounds
                          .computeIfAbsent(workload, _ -> new LinkedHashMap<>())
                          .computeIfAbsent(system, _ -> new ArrayList<>())
                          .add(speeds),
                  () -> systems.remove(system));
        }
      }
    }
    return new Result(stage, answers, rounds, failures);
  }

  private boolean openTorch(Stage stage, Path model, List<String> failures) {
    if (torch.isEmpty()) {
      return false;
    }
    try {
      progress.accept(stage + ": PyTorch loads it");
      torch.get().open(model, stage, deadline.left(patience));
      return true;
    } catch (PeerException e) {
      failures.add("PyTorch could not open " + stage + ": " + e.getMessage());
      return false;
    }
  }

  private Optional<Answers> answers(
      Stage stage, Path model, boolean torchOpened, List<String> failures) {
    progress.accept(stage + ": comparing answers");
    try {
      Duration left = deadline.left(patience);
      String device = settings.device();
      Answers answers =
          torchOpened
              ? Answers.besideTorch(jgpt, torch.orElseThrow(), model, device, stage, left)
              : Answers.besideCpu(jgpt, model, device, stage, left);
      if (!answers.right()) {
        failures.add(stage + ": jgpt answers wrong, so it is not timed: " + answers.sentence());
      }
      return Optional.of(answers);
    } catch (PeerException e) {
      failures.add(stage + ": answers cannot be compared, so jgpt is not timed: " + e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<Speeds> measure(
      Stage stage, Path model, Workload workload, Contender system, List<String> failures) {
    try {
      Duration left = deadline.left(patience);
      return Optional.of(
          switch (system) {
            case JGPT -> jgpt.measure(model, settings.device(), stage, workload, left);
            case EAGER -> torch.orElseThrow().measure(stage, workload, Torch.Mode.EAGER, left);
            case COMPILED ->
                torch.orElseThrow().measure(stage, workload, Torch.Mode.COMPILED, left);
          });
    } catch (PeerException e) {
      failures.add(
          "%s, %s, %s: %s".formatted(stage, workload.title(), system.title(), e.getMessage()));
      return Optional.empty();
    }
  }
}
