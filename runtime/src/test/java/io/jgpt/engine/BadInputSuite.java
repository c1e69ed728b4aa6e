package io.jgpt.engine;

import static io.jgpt.engine.EngineFixture.append;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.model.DType;
import io.jgpt.testing.RandomModel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A caller's mistakes are refused before the device sees them. */
public abstract class BadInputSuite extends EngineSuite {

  @ParameterizedTest
  @MethodSource("engines")
  void whatTheDeviceWouldTrustIsCheckedBefore(EngineUnderTest under) {
    var model = RandomModel.small(18);
    int v = model.config().vocabSize();
    try (var engine = under.open(model, DType.F32);
        var other = under.open(model, DType.F32);
        KvSequence sequence = engine.newSequence(4)) {
      float[] room = new float[10 * v];
      append(engine, sequence, 1, 2);
      refused(engine, sequence, new int[] {v}, 1, room, "token outside the vocabulary");
      refused(engine, sequence, new int[] {-1}, 1, room, "negative token");
      refused(engine, sequence, new int[3], 3, room, "past the capacity");
      refused(engine, sequence, new int[0], 0, room, "nothing to append");
      refused(engine, sequence, new int[2], 2, new float[2 * v - 1], "logits too short");
      refused(other, sequence, new int[1], 1, room, "another engine's sequence");
      var twice = new Batch();
      twice.add(sequence, new int[1], 0, 1, Batch.Logits.NONE, null);
      twice.add(sequence, new int[1], 0, 1, Batch.Logits.NONE, null);
      assertThrows(IllegalArgumentException.class, () -> engine.forward(twice));
      assertEquals(2, sequence.length());
      assertThrows(IllegalArgumentException.class, () -> sequence.truncate(3));
      assertThrows(IllegalArgumentException.class, () -> sequence.truncate(-1));
      assertThrows(IllegalArgumentException.class, () -> engine.newSequence(0));
      assertThrows(IllegalArgumentException.class, () -> engine.newSequence(98));
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aBatchOfTooManyTokensIsRefused(EngineUnderTest under) {
    var model = RandomModel.of(RandomModel.config(31, 300, 16, 1, 2, 24), DType.F32, 19);
    try (var engine = under.open(model, DType.F32)) {
      var batch = new Batch();
      for (int left = engine.maxBatchTokens() + 1; left > 0; left -= 300) {
        int count = Math.min(left, 300);
        batch.add(engine.newSequence(300), new int[300], 0, count, Batch.Logits.NONE, null);
      }
      assertThrows(IllegalArgumentException.class, () -> engine.forward(batch));
      assertEquals(0, batch.sequence(0).length());
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aDrawIsAnsweredByWhoCanAndRefusedElse(EngineUnderTest under) {
    try (var engine = under.open(RandomModel.small(18), DType.F32);
        KvSequence sequence = engine.newSequence(4)) {
      var options = new Draw.Options(0, 0, 1, 0, 1, 1, 0, 0, 1, 0);
      var draw = new Draw(options, new int[0], new double[0], new int[0], new int[0]);
      draw.next(0, 0);
      var batch = new Batch();
      batch.add(sequence, new int[1], 0, 1, draw);
      if (engine.drawsTokens()) {
        engine.forward(batch);
        assertTrue(draw.outcome() >= 0);
      } else {
        assertThrows(IllegalArgumentException.class, () -> engine.forward(batch));
      }
    }
  }

  private static void refused(
      Engine engine, KvSequence sequence, int[] ids, int count, float[] logits, String what) {
    var batch = new Batch();
    batch.add(sequence, ids, 0, count, Batch.Logits.ALL, logits);
    var e = assertThrows(RuntimeException.class, () -> engine.forward(batch), what);
    assertTrue(
        e instanceof IllegalArgumentException || e instanceof IndexOutOfBoundsException, what);
  }
}
