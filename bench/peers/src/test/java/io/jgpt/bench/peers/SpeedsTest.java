package io.jgpt.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SpeedsTest {

  @Test
  void ofSecondsItIsTokensPerSecond() {
    Speeds speeds = Speeds.of(List.of(0.5, 0.25, 1.0), 100, Map.of());
    assertEquals(new Speeds(200, 100, 400, Map.of()), speeds);
  }

  @Test
  void overRoundsItIsTheMedianOfMediansAndTheOutermost() {
    Speeds over =
        Speeds.over(
            List.of(
                new Speeds(10, 8, 12, Map.of()),
                new Speeds(30, 5, 31, Map.of()),
                new Speeds(20, 19, 40, Map.of()),
                new Speeds(22, 19, 23, Map.of())));
    assertEquals(new Speeds(21, 5, 40, Map.of()), over);
  }

  @Test
  void answersAgreeUpToTheFirstThatDiffers() {
    assertEquals(2, Answers.agreeing(List.of(1, 2, 3, 4), List.of(1, 2, 9, 4)));
    assertEquals(2, Answers.agreeing(List.of(1, 2, 3), List.of(1, 2)));
    assertEquals(0, Answers.agreeing(List.of(), List.of(1)));
  }
}
