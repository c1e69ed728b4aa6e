package io.jgpt.engine.cpu;

import static io.jgpt.engine.cpu.EngineFixture.append;
import static io.jgpt.engine.cpu.EngineFixture.argmax;
import static io.jgpt.engine.cpu.EngineFixture.error;
import static io.jgpt.engine.cpu.EngineFixture.logits;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.engine.KvSequence;
import io.jgpt.model.DType;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine against transformers: models that between them set every switch, in every dtype. */
class GoldenTest {

  private static final double TOLERANCE = 1e-5;

  /**
   * Mean KL divergence from f32 in nats per position. The worst of these models has 0.0035: their
   * weights are large, so that rounding hits hard.
   */
  private static final double INT8_KL = 0.005;

  static Stream<Arguments> modelsAndSets() {
    return GoldenModel.all().stream()
        .flatMap(model -> OperatorSets.all().stream().map(set -> Arguments.of(model, set)));
  }

  /** Our logits at the positions that the case has. */
  private static float[] answer(CpuEngine engine, GoldenModel.Case c) {
    float[] logits = logits(engine, c.ids());
    return Arrays.copyOfRange(logits, logits.length - c.logits().length, logits.length);
  }

  @ParameterizedTest
  @MethodSource("modelsAndSets")
  void logitsInFloat32(GoldenModel golden, OperatorSets.Named set) {
    try (var model = golden.open();
        var engine = EngineFixture.open(model.config(), model.weights(), set, DType.F32, 2)) {
      for (GoldenModel.Case c : golden.cases()) {
        double error = error(answer(engine, c), c.logits());
        assertTrue(error <= TOLERANCE, c.name() + ": " + error);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("modelsAndSets")
  void greedyContinuationsTokenByToken(GoldenModel golden, OperatorSets.Named set) {
    try (var model = golden.open();
        var engine = EngineFixture.open(model.config(), model.weights(), set, DType.F32, 1)) {
      for (GoldenModel.Continuation g : golden.greedy()) {
        assertArrayEquals(g.continuation(), greedy(engine, g));
      }
    }
  }

  private static int[] greedy(CpuEngine engine, GoldenModel.Continuation g) {
    int[] ids = new int[g.continuation().length];
    try (KvSequence sequence = engine.newSequence(g.ids().length + ids.length)) {
      float[] logits = append(engine, sequence, g.ids());
      int row = g.ids().length - 1;
      for (int i = 0; i < ids.length; i++) {
        ids[i] = argmax(logits, row, engine.vocabSize());
        logits = append(engine, sequence, ids[i]);
        row = 0;
      }
    }
    return ids;
  }

  @ParameterizedTest
  @MethodSource("modelsAndSets")
  void logitsInHalfPrecision(GoldenModel golden, OperatorSets.Named set) {
    for (DType dtype : new DType[] {DType.BF16, DType.F16}) {
      try (var model = golden.open();
          var engine = EngineFixture.open(model.config(), model.weights(), set, dtype, 2)) {
        double worst = 0;
        for (GoldenModel.Case c : golden.cases()) {
          worst = Math.max(worst, error(answer(engine, c), c.logits()));
        }
        double limit = 2 * golden.errors().get(dtype);
        assertTrue(worst <= limit, dtype + ": " + worst + ", limit " + limit);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("modelsAndSets")
  void logitsInInt8(GoldenModel golden, OperatorSets.Named set) {
    try (var model = golden.open();
        var engine = EngineFixture.open(model.config(), model.weights(), set, DType.INT8, 2)) {
      double sum = 0;
      int positions = 0;
      for (GoldenModel.Case c : golden.cases()) {
        float[] logits = answer(engine, c);
        for (int t = 0; t < logits.length / engine.vocabSize(); t++, positions++) {
          sum += divergence(c.logits(), logits, t, engine.vocabSize());
        }
      }
      double mean = sum / positions;
      System.out.printf(Locale.ROOT, "int8 %s %s: mean KL to f32 %.6f nats%n", golden, set, mean);
      assertTrue(mean <= INT8_KL, mean + " nats, limit " + INT8_KL);
      assertEquals(DType.INT8, engine.info().dtype());
    }
  }

  /** KL(p || q) of the softmax of a row of logits. */
  private static double divergence(float[] p, float[] q, int row, int v) {
    double logP = logTotal(p, row, v);
    double logQ = logTotal(q, row, v);
    double sum = 0;
    for (int i = row * v; i < (row + 1) * v; i++) {
      sum += Math.exp(p[i] - logP) * ((p[i] - logP) - (q[i] - logQ));
    }
    return sum;
  }

  private static double logTotal(float[] logits, int row, int v) {
    double max = logits[row * v + argmax(logits, row, v)];
    double sum = 0;
    for (int i = row * v; i < (row + 1) * v; i++) {
      sum += Math.exp(logits[i] - max);
    }
    return max + Math.log(sum);
  }
}
