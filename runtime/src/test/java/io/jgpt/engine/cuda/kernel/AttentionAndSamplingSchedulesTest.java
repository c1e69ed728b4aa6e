package io.jgpt.engine.cuda.kernel;

import static io.jgpt.testing.ErrorBound.twiceNaive;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.jgpt.engine.cuda.Simulator;
import io.jgpt.engine.cuda.kernel.AttentionTrial.Unwritten;
import io.jgpt.testing.ReferenceOperators;
import io.jgpt.testing.ReferenceOperators.Precision;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
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
  @MethodSource("shapesAndSeeds")
  void everyScheduleGivesTheSameRows(WeightType type, int headSize, long seed) {
    int[] past = {33, 0};
    int[] ones = {1, 1};
    int[] more = {35, 3};
    int[] lengths = {past[0] + more[0], past[1] + more[1]};
    var exact = new ReferenceOperators(Precision.DOUBLE);
    var naive = new ReferenceOperators(Precision.SINGLE);
    float[][] prefilled = new float[2][];
    float[][] decoded = new float[2][];
    for (int run = 0; run < 2; run++) {
      Simulator.setSeed(seed + 100L * run);
      try (var bench = new KernelBench()) {
        var trial =
            new AttentionTrial(bench, type, 2, headSize, lengths, seed, seed, Unwritten.NAN);
        trial.hold(past);
        decoded[run] = trial.decode(past);
        prefilled[run] = trial.prefill(past, more);
        twiceNaive(
            "decode, seed " + seed,
            trial.expected(exact, past, ones),
            trial.expected(naive, past, ones),
            decoded[run]);
        twiceNaive(
            "prefill, seed " + seed,
            trial.expected(exact, past, more),
            trial.expected(naive, past, more),
            prefilled[run]);
      }
    }
    assertArrayEquals(decoded[0], decoded[1]);
    assertArrayEquals(prefilled[0], prefilled[1]);
  }

  /** Heads that vectors divide, and such that they do not; a head of two chunks. */
  static Stream<Arguments> shapesAndSeeds() {
    return Stream.of(WeightType.values())
        .flatMap(
            type ->
                IntStream.of(8, 13, 111)
                    .boxed()
                    .flatMap(
                        headSize ->
                            LongStream.rangeClosed(1, 4)
                                .mapToObj(seed -> Arguments.of(type, headSize, seed))));
  }
}
