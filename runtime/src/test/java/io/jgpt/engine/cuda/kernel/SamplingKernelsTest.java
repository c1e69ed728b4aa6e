package io.jgpt.engine.cuda.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.engine.Draw;
import io.jgpt.engine.cuda.driver.DeviceBuffer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens drawn on the device are those that {@code io.jgpt.sampling} draws. */
@Tag("cuda")
class SamplingKernelsTest {

  private static final int[] NO_IDS = {};
  private static final double[] NO_BIASES = {};
  private static final int GPT2 = 50257;

  private static KernelBench bench;

  @BeforeAll
  static void open() {
    bench = new KernelBench();
  }

  @AfterAll
  static void close() {
    bench.close();
  }

  @AfterEach
  void clear() {
    bench.clear();
  }

  @ParameterizedTest
  @CsvSource({"1, 60", "2, 200", "31, 600", "500, 600", "5000, 150"})
  void anyOptionsOnAnyLogits(int vocabSize, int rows) {
    var random = new Random(vocabSize);
    var trial = new SamplingTrial(bench, vocabSize);
    for (int row = 0; row < rows; row++) {
      trial.addRandom(random);
    }
    trial.assertDrawnAsOnTheHost();
  }

  @ParameterizedTest
  @CsvSource({"50257, 12", "151936, 3"})
  void largeVocabularies(int vocabSize, int rows) {
    var random = new Random(vocabSize);
    var trial = new SamplingTrial(bench, vocabSize);
    for (int row = 0; row < rows; row++) {
      trial.addRandom(random);
    }
    trial.assertDrawnAsOnTheHost();
  }

  /** The options that people use, on rows that look like a model's. */
  @Test
  void commonOptions() {
    var random = new Random(5);
    var trial = new SamplingTrial(bench, GPT2);
    Draw.Options[] common = {
      new Draw.Options(0.8, 40, 0.95, 0, 1, 1, 0, 0, 1, 0),
      new Draw.Options(1, 0, 0.9, 0, 1, 1, 0, 0, 2, 0),
      new Draw.Options(0.7, 0, 1, 0.05, 1, 1, 0, 0, 3, 0),
      new Draw.Options(1, 0, 1, 0, 0.9, 1, 0, 0, 4, 0),
      new Draw.Options(1, 0, 1, 0, 1, 1, 0, 0, 5, 0),
      new Draw.Options(0, 0, 1, 0, 1, 1, 0, 0, 6, 0)
    };
    for (Draw.Options options : common) {
      for (int index = 0; index < 3; index++) {
        float[] logits = new float[GPT2];
        for (int id = 0; id < GPT2; id++) {
          logits[id] = (float) (-90 + 3 * random.nextGaussian() + (id % 4999 == 0 ? 9 : 0));
        }
        trial.add(logits, draw(options, index));
      }
    }
    trial.assertDrawnAsOnTheHost();
  }

  /** Each token as often as its probability says: Pearson's statistic of 4000 draws. */
  @Test
  void tokensComeWithTheirProbabilities() {
    int draws = 4000;
    float[] logits = {0, 1, 2, -1, 0.5f, 3, -2, 1.5f, 2.5f, -0.5f, 0.25f, 1};
    int vocabSize = logits.length;
    var trial = new SamplingTrial(bench, vocabSize);
    var options = new Draw.Options(1.25, 0, 1, 0, 1, 1, 0, 0, 99, 0);
    for (int index = 0; index < draws; index++) {
      trial.add(logits, draw(options, index));
    }
    int[] counts = new int[vocabSize];
    for (int id : trial.draw()) {
      counts[id]++;
    }
    double total = 0;
    for (float logit : logits) {
      total += Math.exp(logit / 1.25);
    }
    double statistic = 0;
    for (int id = 0; id < vocabSize; id++) {
      double expected = draws * Math.exp(logits[id] / 1.25) / total;
      statistic += (counts[id] - expected) * (counts[id] - expected) / expected;
    }
    // 11 degrees of freedom: above 31.3 once in a thousand seeds
    assertTrue(statistic < 31.3, Arrays.toString(counts) + ": " + statistic);
  }

  /** A drawn token becomes the next step's input; a row without one stays. */
  @Test
  void appendMovesARowOn() {
    int rows = 3;
    var options = new Draw.Options(1, 0, 1, 0, 1, 2, 0, 0, 7, 0);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate((long) SampleRequests.BYTES * rows, 8);
      MemorySegment lists = arena.allocate(rows * SampleRequests.listBytes(4, 0, 64), 8);
      var requests = new SampleRequests(memory, lists, 64);
      requests.begin();
      for (int row = 0; row < rows; row++) {
        var draw = new Draw(options, NO_IDS, NO_BIASES, new int[] {5, 9, 2}, new int[] {0, 1, 0});
        draw.next(11, 3);
        requests.add(draw, 1);
      }
      DeviceBuffer onDevice = bench.upload("requests", memory);
      DeviceBuffer listsOnDevice = bench.upload("lists", lists);
      DeviceBuffer tokens = bench.ints("tokens", new int[] {1, 1, 1});
      DeviceBuffer positions = bench.ints("positions", new int[] {20, 30, 40});
      DeviceBuffer past = bench.ints("past", new int[] {20, 30, 40});

      new SamplingKernels(bench.kernels)
          .append(
              bench.stream,
              bench.ints("drawn", new int[] {9, 33, SamplingKernels.NO_TOKEN}),
              onDevice,
              listsOnDevice,
              tokens,
              positions,
              past,
              rows);

      assertArrayEquals(new int[] {9, 33, 1}, ints(bench.bytes(tokens)));
      assertArrayEquals(new int[] {21, 31, 40}, ints(bench.bytes(positions)));
      assertArrayEquals(new int[] {21, 31, 40}, ints(bench.bytes(past)));
      MemorySegment after = MemorySegment.ofArray(bench.bytes(onDevice));
      int[] seenCounts = {3, 4, 3};
      int[] indices = {12, 12, 11};
      int[][] seen = {{5, 9, 2}, {5, 9, 2, 33}, {5, 9, 2}};
      int[][] generated = {{0, 2, 0}, {0, 1, 0, 1}, {0, 1, 0}};
      byte[] allLists = bench.bytes(listsOnDevice);
      for (int row = 0; row < rows; row++) {
        MemorySegment request = after.asSlice((long) SampleRequests.BYTES * row);
        assertEquals(indices[row], request.get(ValueLayout.JAVA_INT_UNALIGNED, 108));
        assertEquals(seenCounts[row], request.get(ValueLayout.JAVA_INT_UNALIGNED, 116));
        long seenAt = request.get(ValueLayout.JAVA_LONG_UNALIGNED, 64);
        long generatedAt = request.get(ValueLayout.JAVA_LONG_UNALIGNED, 72);
        assertArrayEquals(seen[row], ints(allLists, seenAt, seenCounts[row]));
        assertArrayEquals(generated[row], ints(allLists, generatedAt, seenCounts[row]));
      }
    }
  }

  private static Draw draw(Draw.Options options, int index) {
    var draw = new Draw(options, NO_IDS, NO_BIASES, NO_IDS, NO_IDS);
    draw.next(index, 0);
    return draw;
  }

  private static int[] ints(byte[] bytes) {
    return ints(bytes, 0, bytes.length / 4);
  }

  private static int[] ints(byte[] bytes, long at, int count) {
    return MemorySegment.ofArray(bytes)
        .asSlice(at, 4L * count)
        .toArray(ValueLayout.JAVA_INT_UNALIGNED);
  }
}
