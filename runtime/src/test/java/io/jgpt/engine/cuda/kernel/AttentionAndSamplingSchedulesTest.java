package io.jgpt.engine.cuda.kernel;

import static io.jgpt.testing.ErrorBound.twiceNaive;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.jgpt.engine.cuda.Simulator;
import io.jgpt.engine.cuda.kernel.AttentionTrial.Unwritten;
import io.jgpt.testing.ReferenceOperators;
import io.jgpt.testing.ReferenceOperators.Precision;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * As {@link KernelSchedulesTest}, for attention and sampling: small shapes under several schedules,
 * where a missing barrier is a finding that fails the launch.
 */
@Tag("cudasim")
class AttentionAndSamplingSchedulesTest {

  @AfterEach
  void reset() {
    Simulator.reset();
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 3, 5, 7, 11, 13})
  void everyScheduleGivesTheSameTokens(long seed) {
    Simulator.setSeed(seed);
    try (var bench = new KernelBench()) {
      var random = new Random(seed);
      var trial = new SamplingTrial(bench, 70);
      for (int row = 0; row < 6; row++) {
        trial.addRandom(random);
      }
      trial.assertDrawnAsOnTheHost();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 3, 5, 7, 11, 13})
  void everyScheduleGivesTheSameRows(long seed) {
    int[] past = {33, 0};
    int[] ones = {1, 1};
    var exact = new ReferenceOperators(Precision.DOUBLE);
    var naive = new ReferenceOperators(Precision.SINGLE);
    float[][] prefilled = new float[2][];
    float[][] decoded = new float[2][];
    for (int run = 0; run < 2; run++) {
      Simulator.setSeed(seed + 100L * run);
      try (var bench = new KernelBench()) {
        var trial =
            new AttentionTrial(
                bench, WeightType.F16, 2, 8, new int[] {34, 1}, seed, seed, Unwritten.NAN);
        trial.hold(past);
        decoded[run] = trial.decode(past);
        prefilled[run] = trial.prefill(past, ones);
        twiceNaive(
            "seed " + seed,
            trial.expected(exact, past, ones),
            trial.expected(naive, past, ones),
            decoded[run]);
      }
    }
    assertArrayEquals(decoded[0], decoded[1]);
    assertArrayEquals(prefilled[0], prefilled[1]);
  }
}
