package io.jgpt.engine.cuda.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jgpt.engine.Draw;
import io.jgpt.engine.cuda.driver.DeviceBuffer;
import io.jgpt.sampling.ReferenceDraw;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Rows of logits with what a token of each is to be drawn by. */
final class SamplingTrial {

  private static final float[] LOGITS = {0, -0.0f, 1, 1, 1, -3, 2.5f, -40, 7};
  private static final double[] TEMPERATURES = {
    0, 1, 1, 0.8, 0.8, 1.5, 0.01, 100, Double.MIN_VALUE, Double.MAX_VALUE, 1e-300
  };
  private static final double[] TOP_P = {1, 1, 0.95, 0.95, 0.9, 0.3, 0.5, 0.999999, 0, 1e-300};
  private static final double[] MIN_P = {0, 0, 0, 0.05, 0.1, 0.9, 1, 1e-300};
  private static final double[] TYPICAL_P = {1, 1, 1, 0.95, 0.5, 0.2, 1e-12};
  private static final double[] REPETITION = {1, 1, 1.3, 0.7, Double.MAX_VALUE, Double.MIN_VALUE};
  private static final double[] PENALTIES = {0, 0, 0.7, -1.5, 1e300, -Double.MAX_VALUE};

  private final KernelBench bench;
  private final int vocabSize;
  private final List<float[]> logits = new ArrayList<>();
  private final List<Draw> draws = new ArrayList<>();

  SamplingTrial(KernelBench bench, int vocabSize) {
    this.bench = bench;
    this.vocabSize = vocabSize;
  }

  void add(float[] row, Draw draw) {
    logits.add(row);
    draws.add(draw);
  }

  /** Adds a row of any kind, with any options. */
  void addRandom(Random random) {
    add(randomLogits(random), randomDraw(random));
  }

  private float[] randomLogits(Random random) {
    float[] row = new float[vocabSize];
    int kind = random.nextInt(8);
    for (int id = 0; id < vocabSize; id++) {
      row[id] =
          switch (kind) {
            case 0 -> LOGITS[random.nextInt(LOGITS.length)];
            case 1 -> 4; // all alike
            case 2 -> (float) (1e30 * random.nextGaussian());
            case 3 -> random.nextInt(3) == 0 ? (float) random.nextGaussian() : -1f / 0;
            case 4 -> Math.round(random.nextGaussian() * 2) / 2f; // many ties
            case 5 -> id == vocabSize / 2 ? 60 : (float) random.nextGaussian();
            default -> (float) (3 * random.nextGaussian()) - 50;
          };
    }
    if (random.nextInt(40) == 0) {
      row[random.nextInt(vocabSize)] = random.nextBoolean() ? Float.NaN : 1f / 0;
    }
    return row;
  }

  private Draw randomDraw(Random random) {
    int k = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(random.nextBoolean() ? 5 : vocabSize);
    var options =
        new Draw.Options(
            pick(random, TEMPERATURES),
            k,
            pick(random, TOP_P),
            pick(random, MIN_P),
            pick(random, TYPICAL_P),
            pick(random, REPETITION),
            pick(random, PENALTIES),
            pick(random, PENALTIES),
            random.nextLong(),
            random.nextInt(4));
    int[] biasIds = distinct(random);
    double[] biases = new double[biasIds.length];
    for (int i = 0; i < biases.length; i++) {
      biases[i] = random.nextInt(5) == 0 ? -1.0 / 0 : 5 * random.nextGaussian();
    }
    int[] seen = distinct(random);
    int[] generated = new int[seen.length];
    for (int i = 0; i < seen.length; i++) {
      generated[i] = random.nextInt(3);
    }
    var draw = new Draw(options, biasIds, biases, seen, generated);
    int index = random.nextInt(1000);
    if (random.nextInt(4) == 0) {
      long[] allowed = new long[Math.ceilDiv(vocabSize, 64) + random.nextInt(3) - 1];
      for (int i = 0; i < allowed.length; i++) {
        long half = random.nextLong();
        allowed[i] = half & random.nextLong();
      }
      draw.next(index, seen.length, allowed);
    } else {
      draw.next(index, seen.length);
    }
    return draw;
  }

  private int[] distinct(Random random) {
    int count = random.nextInt(3) == 0 ? 0 : random.nextInt(Math.min(vocabSize, 40) + 1);
    return random.ints(0, vocabSize).distinct().limit(count).toArray();
  }

  private static double pick(Random random, double[] values) {
    return values[random.nextInt(values.length)];
  }

  /** Draws every row on the device, in one launch. */
  int[] draw() {
    int rows = draws.size();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate((long) SampleRequests.BYTES * rows, 8);
      long listBytes = SampleRequests.listBytes(40, 40, vocabSize) * rows;
      MemorySegment lists = arena.allocate(listBytes, 8);
      var requests = new SampleRequests(memory, lists, vocabSize);
      requests.begin();
      draws.forEach(requests::add);
      float[] all = new float[rows * vocabSize];
      for (int row = 0; row < rows; row++) {
        System.arraycopy(logits.get(row), 0, all, row * vocabSize, vocabSize);
      }
      DeviceBuffer drawn = bench.allocate("drawn", 4L * rows);
      new SamplingKernels(bench.kernels)
          .sample(
              bench.stream,
              bench.floats("logits", all),
              bench.upload("requests", memory),
              bench.upload("lists", lists),
              bench.allocate("scores", SamplingKernels.scoreBytes(rows, vocabSize)),
              bench.allocate("ids", SamplingKernels.idBytes(rows, vocabSize)),
              drawn,
              rows,
              vocabSize);
      return MemorySegment.ofArray(bench.bytes(drawn)).toArray(ValueLayout.JAVA_INT_UNALIGNED);
    }
  }

  /** Every row's token is the host's. */
  void assertDrawnAsOnTheHost() {
    int[] drawn = draw();
    var reference = new ReferenceDraw(vocabSize);
    for (int row = 0; row < drawn.length; row++) {
      Draw draw = draws.get(row);
      reference.answer(draw, logits.get(row));
      int expected =
          draw.outcome() == Draw.BAD_LOGIT
              ? SamplingKernels.NO_TOKEN - 1 - draw.badLogitId()
              : draw.outcome();
      assertEquals(expected, drawn[row], "V=" + vocabSize + " row " + row + " " + draw.options());
    }
  }
}
