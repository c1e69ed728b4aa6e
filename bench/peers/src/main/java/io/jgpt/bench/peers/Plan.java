package io.jgpt.bench.peers;

import io.jgpt.model.DType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Which measurements the time suffices for. */
final class Plan {

  /**
   * A part of a stage that can be left out.
   *
   * @param compiled PyTorch compiled, which costs most of the time; otherwise jgpt and PyTorch
   *     eager
   * @param importance the least is the most important
   * @param seconds that it takes on a fast card, guessed
   */
  record Part(Stage stage, boolean compiled, int importance, double seconds) {

    @Override
    public String toString() {
      return stage + (compiled ? ", PyTorch compiled" : "");
    }
  }

  /** Guessed, and held against what the stages before really took: starting programs, loading. */
  private static final double STAGE_SECONDS = 40;

  private static final double SECONDS_PER_GIGABYTE = 20;
  private static final double COMPILE_SECONDS_PER_LAYER = 4.5;

  /** How many times its guess a part may take before it counts as hanging. */
  private static final double PATIENCE = 4;

  private Plan() {}

  /** How long one request of these parts may take. */
  static Duration patience(List<Part> parts) {
    double seconds = parts.stream().mapToDouble(Part::seconds).sum();
    return Duration.ofSeconds((long) (PATIENCE * seconds));
  }

  /**
   * Every part, in the order in which the stages run. What the GPU is for comes first: 16-bit
   * weights before f32, what PyTorch does compiled before any f32.
   */
  static List<Part> parts(List<Stage> stages) {
    List<Part> parts = new ArrayList<>();
    for (Stage stage : stages) {
      boolean wide = stage.dtype() == DType.F32;
      double gigabytes = stage.shape().decodeBytes(stage.dtype().bytes(), 0) / 1e9;
      parts.add(
          new Part(stage, false, wide ? 2 : 0, STAGE_SECONDS + SECONDS_PER_GIGABYTE * gigabytes));
      parts.add(
          new Part(stage, true, wide ? 3 : 1, COMPILE_SECONDS_PER_LAYER * stage.shape().layers()));
    }
    return parts;
  }

  /**
   * Those that fit: the least important is left out first, of equally important ones the last.
   *
   * @param slowness how many times its guess a part takes here
   */
  static List<Part> fitting(List<Part> parts, double secondsLeft, double slowness) {
    List<Part> kept = new ArrayList<>(parts);
    while (kept.stream().mapToDouble(part -> part.seconds() * slowness).sum() > secondsLeft) {
      kept.remove(kept.reversed().stream().max(Comparator.comparingInt(Part::importance)).get());
    }
    return kept;
  }
}
