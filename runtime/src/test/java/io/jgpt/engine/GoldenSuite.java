package io.jgpt.engine;

import static io.jgpt.engine.EngineFixture.append;
import static io.jgpt.engine.EngineFixture.argmax;
import static io.jgpt.engine.EngineFixture.error;
import static io.jgpt.engine.EngineFixture.logits;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.model.DType;
import io.jgpt.testing.GoldenModel;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An engine against transformers: models that between them set every switch, in every dtype. */
public abstract class GoldenSuite extends EngineSuite {

  private static final double TOLERANCE = 1e-5;

  /** Every golden model, unless a suite is one of several that share them. */
  protected Stream<GoldenModel> models() {
    return GoldenModel.all().stream();
  }

  /** Every such model with every engine. */
  protected final Stream<Arguments> modelsAndEngines() {
    return models().flatMap(model -> engines().stream().map(engine -> Arguments.of(model, engine)));
  }

  /** Our logits at the positions that the case has. */
  protected static float[] answer(Engine engine, GoldenModel.Case c) {
    float[] logits = logits(engine, c.ids());
    return Arrays.copyOfRange(logits, logits.length - c.logits().length, logits.length);
  }

  @ParameterizedTest
  @MethodSource("modelsAndEngines")
  void logitsInFloat32(GoldenModel golden, EngineUnderTest under) {
    try (var model = golden.open();
        var engine = under.open(model.config(), model.weights(), DType.F32)) {
      for (GoldenModel.Case c : golden.cases()) {
        double error = error(answer(engine, c), c.logits());
        assertTrue(error <= TOLERANCE, c.name() + ": " + error);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("modelsAndEngines")
  void greedyContinuationsTokenByToken(GoldenModel golden, EngineUnderTest under) {
    try (var model = golden.open();
        var engine = under.open(model.config(), model.weights(), DType.F32)) {
      for (GoldenModel.Continuation g : golden.greedy()) {
        assertArrayEquals(g.continuation(), greedy(engine, g));
      }
    }
  }

  private static int[] greedy(Engine engine, GoldenModel.Continuation g) {
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
  @MethodSource("modelsAndEngines")
  void logitsInHalfPrecision(GoldenModel golden, EngineUnderTest under) {
    for (DType dtype : new DType[] {DType.BF16, DType.F16}) {
      try (var model = golden.open();
          var engine = under.open(model.config(), model.weights(), dtype)) {
        double worst = 0;
        for (GoldenModel.Case c : golden.cases()) {
          worst = Math.max(worst, error(answer(engine, c), c.logits()));
        }
        double limit = 2 * golden.errors().get(dtype);
        assertTrue(worst <= limit, dtype + ": " + worst + ", limit " + limit);
      }
    }
  }
}
