package io.jgpt.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jgpt.bench.peers.Plan.Part;
import io.jgpt.model.DType;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PlanTest {

  private static final List<Part> PARTS =
      Plan.parts(
          List.of(
              new Stage(Shape.named("124M"), DType.BF16),
              new Stage(Shape.named("1.5B"), DType.BF16),
              new Stage(Shape.named("124M"), DType.F32),
              new Stage(Shape.named("1.5B"), DType.F32)));

  private static List<String> fitting(double seconds, double slowness) {
    return Plan.fitting(PARTS, seconds, slowness).stream().map(Part::toString).toList();
  }

  @Test
  void withTimeEnoughEverythingIsMeasured() {
    assertEquals(8, fitting(1e6, 1).size());
  }

  @Test
  void theLeastImportantIsLeftOutFirst() {
    List<String> all = fitting(1e6, 1);
    double seconds = PARTS.stream().mapToDouble(Part::seconds).sum();
    // Compiled f32 of the larger model, then of the smaller one, then f32 itself.
    assertEquals(7, fitting(seconds - 1, 1).size());
    List<String> left = fitting(seconds - 1, 1);
    assertEquals(
        List.of("1.5B f32, PyTorch compiled"),
        all.stream().filter(part -> !left.contains(part)).toList());
    assertEquals(List.of("124M bf16", "124M bf16, PyTorch compiled", "1.5B bf16"), fitting(250, 1));
    assertEquals(List.of("124M bf16"), fitting(50, 1));
    assertEquals(List.of(), fitting(10, 1));
  }

  @Test
  void tenMinutesOfAFastCardSufficeForAllThatCountsMost() {
    List<String> ten = fitting(570, 1);
    assertEquals(
        List.of(
            "124M bf16", "124M bf16, PyTorch compiled", "1.5B bf16", "1.5B bf16, PyTorch compiled"),
        ten.subList(0, 4));
  }

  @Test
  void aSlowMachineMeasuresLess() {
    assertEquals(fitting(250, 1), fitting(500, 2));
  }
}
