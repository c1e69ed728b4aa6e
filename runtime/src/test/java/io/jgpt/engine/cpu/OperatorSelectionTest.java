package io.jgpt.engine.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.engine.EngineFixture;
import io.jgpt.error.JgptException;
import io.jgpt.model.DType;
import io.jgpt.testing.RandomModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which operators an engine takes by itself, and what it says. */
class OperatorSelectionTest {

  private final List<JgptException> warnings = new ArrayList<>();

  private CpuEngine open(RandomModel model) {
    return CpuEngine.open(
        model.config(),
        model.weights(),
        new CpuOptions(DType.F32, 2, model.config().nPositions(), Optional.empty(), warnings::add));
  }

  @Test
  void nativeOnesInSilence() {
    try (var engine = open(RandomModel.small(1))) {
      assertTrue(engine.info().description().startsWith("CPU, AVX"), engine.info()::description);
      assertEquals(2, engine.info().threads());
      assertEquals("cpu", engine.info().device());
    }
    assertEquals(List.of(), warnings);
  }

  @Test
  void javaForHeadsThatNativeOnesDoNotTakeWithOneWarning() {
    var model = RandomModel.of(RandomModel.config(31, 20, 514, 1, 2, 24), DType.F32, 2);
    try (var engine = open(model)) {
      assertEquals("CPU, plain Java, 2 threads", engine.info().description());
      for (float logit : EngineFixture.logits(engine, 1, 2, 3)) {
        assertTrue(Float.isFinite(logit));
      }
    }
    assertEquals(
        List.of("engine.native-head-size"), warnings.stream().map(JgptException::key).toList());
    assertFalse(warnings.getFirst().getMessage().isEmpty());
  }

  @Test
  void theLargestHeadsThatNativeOnesTake() {
    var model = RandomModel.of(RandomModel.config(31, 20, 512, 1, 2, 24), DType.F32, 3);
    int[] ids = {1, 2, 3, 30, 4};
    try (var engine = open(model);
        var oracle =
            CpuEngineFixture.open(
                model, new OperatorSets.Named("java", JavaOperators::new), DType.F32, 1)) {
      float[] expected = EngineFixture.logits(oracle, ids);
      assertTrue(EngineFixture.error(EngineFixture.logits(engine, ids), expected) <= 1e-5);
    }
    assertEquals(List.of(), warnings);
  }

  @Test
  void theInformationCountsBytes() {
    var model = RandomModel.small(4);
    int c = model.config().nEmbd();
    int v = model.config().vocabSize();
    try (var engine = open(model)) {
      long matrices = 4L * (2 * (4L * c * c + 2L * c * model.config().nInner()) + (long) v * c);
      long decode = engine.info().decodeBytes();
      assertTrue(decode > matrices && decode < 3 * matrices, decode + " for " + matrices);
      assertEquals(2L * 4 * 2 * c, engine.info().kvBytesPerToken());
      long embeddings = 4L * c * (v + model.config().nPositions());
      assertTrue(engine.info().weightBytes() >= matrices + embeddings);
    }
  }
}
