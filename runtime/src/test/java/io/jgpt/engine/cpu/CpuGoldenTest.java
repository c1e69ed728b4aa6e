package io.jgpt.engine.cpu;

import static io.jgpt.engine.EngineFixture.argmax;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.engine.EngineUnderTest;
import io.jgpt.engine.GoldenSuite;
import io.jgpt.model.DType;
import io.jgpt.testing.GoldenModel;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The suite on every set of operators, and int8, which only the CPU has. */
class CpuGoldenTest extends GoldenSuite {

  /**
   * Mean KL divergence from f32 in nats per position. The worst of these models has 0.0035: their
   * weights are large, so that rounding hits hard.
   */
  private static final double INT8_KL = 0.005;

  @Override
  protected List<CpuUnderTest> engines() {
    return CpuUnderTest.all();
  }

  @ParameterizedTest
  @MethodSource("modelsAndEngines")
  void logitsInInt8(GoldenModel golden, EngineUnderTest under) {
    try (var model = golden.open();
        var engine = under.open(model.config(), model.weights(), DType.INT8)) {
      double sum = 0;
      int positions = 0;
      for (GoldenModel.Case c : golden.cases()) {
        float[] logits = answer(engine, c);
        for (int t = 0; t < logits.length / engine.vocabSize(); t++, positions++) {
          sum += divergence(c.logits(), logits, t, engine.vocabSize());
        }
      }
      double mean = sum / positions;
      System.out.printf(Locale.ROOT, "int8 %s %s: mean KL to f32 %.6f nats%n", golden, under, mean);
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
