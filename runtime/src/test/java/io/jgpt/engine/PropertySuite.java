package io.jgpt.engine;

import static io.jgpt.engine.EngineFixture.append;
import static io.jgpt.engine.EngineFixture.error;
import static io.jgpt.engine.EngineFixture.logits;
import static io.jgpt.engine.EngineFixture.row;
import static io.jgpt.engine.EngineFixture.tokens;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.jgpt.model.DType;
import io.jgpt.testing.RandomModel;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Properties that hold whatever the weights: how a text is fed must not change its logits. */
public abstract class PropertySuite extends EngineSuite {

  private static final double TOLERANCE = 1e-5;

  /** Rounding x to bf16 or to bytes makes a step of one row no more exact than any other. */
  private static double tolerance(DType dtype) {
    return dtype == DType.F32 ? TOLERANCE : 2e-2;
  }

  @ParameterizedTest
  @MethodSource("enginesAndTypes")
  void aRaggedBatchEqualsItsSequencesOneByOne(EngineUnderTest under, DType dtype) {
    var model = RandomModel.small(1);
    int v = model.config().vocabSize();
    int[] counts = {1, 13, 40, 1, 7};
    int[] pasts = {0, 0, 5, 30, 1};
    try (var engine = under.open(model, dtype)) {
      var batch = new Batch();
      var expected = new float[counts.length][];
      var actual = new float[counts.length][];
      for (int i = 0; i < counts.length; i++) {
        int[] ids = tokens(i, pasts[i] + counts[i], v);
        float[] alone = logits(engine, ids);
        expected[i] = Arrays.copyOfRange(alone, pasts[i] * v, alone.length);
        actual[i] = new float[counts[i] * v];
        KvSequence sequence = engine.newSequence(ids.length + i); // of different capacities
        if (pasts[i] > 0) {
          append(engine, sequence, Arrays.copyOf(ids, pasts[i]));
        }
        batch.add(sequence, ids, pasts[i], counts[i], Batch.Logits.ALL, actual[i]);
      }
      engine.forward(batch);
      for (int i = 0; i < counts.length; i++) {
        assertTrue(error(actual[i], expected[i]) <= tolerance(dtype), "slot " + i);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("enginesAndTypes")
  void chunksOfAnySizeEqualTheWhole(EngineUnderTest under, DType dtype) {
    var model = RandomModel.small(2);
    int[] ids = tokens(3, 97, model.config().vocabSize());
    try (var engine = under.open(model, dtype)) {
      float[] whole = logits(engine, ids);
      for (int chunk : new int[] {1, 2, 13, 64}) {
        float[] parts = new float[whole.length];
        try (KvSequence sequence = engine.newSequence(97)) {
          for (int at = 0; at < ids.length; at += chunk) {
            int[] part = Arrays.copyOfRange(ids, at, Math.min(ids.length, at + chunk));
            float[] some = append(engine, sequence, part);
            System.arraycopy(some, 0, parts, at * engine.vocabSize(), some.length);
          }
          assertEquals(97, sequence.length());
        }
        assertTrue(error(parts, whole) <= tolerance(dtype), "chunks of " + chunk);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void truncatingAndFeedingAgainEqualsAFreshSequence(EngineUnderTest under) {
    var model = RandomModel.small(4);
    int v = model.config().vocabSize();
    int[] ids = tokens(5, 60, v);
    try (var engine = under.open(model, DType.F32);
        KvSequence sequence = engine.newSequence(97)) {
      append(engine, sequence, tokens(6, 90, v));
      sequence.truncate(0);
      append(engine, sequence, Arrays.copyOf(ids, 40));
      append(engine, sequence, tokens(7, 25, v));
      sequence.truncate(40);
      assertEquals(40, sequence.length());
      float[] tail = append(engine, sequence, Arrays.copyOfRange(ids, 40, 60));
      float[] fresh = logits(engine, ids);
      assertTrue(error(tail, Arrays.copyOfRange(fresh, 40 * v, 60 * v)) <= TOLERANCE);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void whatStandsBehindTheEndOfASequenceIsNeverRead(EngineUnderTest under) {
    var model = RandomModel.small(8);
    int[] ids = tokens(9, 30, model.config().vocabSize());
    try (var engine = under.open(model, DType.F32);
        KvSequence sequence = engine.newSequence(97)) {
      under.poison(engine, sequence);
      float[] poisoned = append(engine, sequence, ids);
      assertTrue(error(poisoned, logits(engine, ids)) <= TOLERANCE);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void onlyWantedRowsAreWritten(EngineUnderTest under) {
    var model = RandomModel.small(12);
    int v = model.config().vocabSize();
    int[] ids = tokens(13, 50, v);
    try (var engine = under.open(model, DType.F32)) {
      float[] all = logits(engine, ids);
      float[] last = new float[v + 3];
      float[] untouched = {7};
      var batch = new Batch();
      batch.add(engine.newSequence(50), ids, 0, 50, Batch.Logits.NONE, null);
      batch.add(engine.newSequence(50), ids, 0, 50, Batch.Logits.LAST, last);
      batch.add(engine.newSequence(50), ids, 0, 20, Batch.Logits.NONE, untouched);
      engine.forward(batch);
      assertTrue(error(Arrays.copyOf(last, v), row(all, 49, v)) <= TOLERANCE);
      assertArrayEquals(new float[3], Arrays.copyOfRange(last, v, v + 3));
      assertEquals(7, untouched[0]);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aStepLargerThanTheHeadsBlockIsWrittenWhole(EngineUnderTest under) {
    var model = RandomModel.of(RandomModel.config(31, 600, 16, 1, 2, 24), DType.F32, 14);
    int[] ids = tokens(15, 512, 31);
    try (var engine = under.open(model, DType.F32);
        KvSequence sequence = engine.newSequence(600)) {
      assertTrue(engine.maxBatchTokens() >= ids.length);
      float[] whole = logits(engine, ids);
      for (int t = 0; t < 100; t++) {
        float[] one = append(engine, sequence, ids[t]);
        assertTrue(error(one, row(whole, t, 31)) <= TOLERANCE, "position " + t);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void steadyDecodingAllocatesNothingOnTheHeap(EngineUnderTest under) {
    var model = RandomModel.small(16);
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (var engine = under.open(model, DType.F32);
        KvSequence sequence = engine.newSequence(97)) {
      var batch = new Batch();
      int[] token = {17};
      float[] logits = new float[engine.vocabSize()];
      for (int i = 0; i < 400; i++) { // until everything is resolved and compiled
        decode(engine, sequence, batch, token, logits);
      }
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 50; i++) {
        decode(engine, sequence, batch, token, logits);
      }
      assertEquals(0, threads.getCurrentThreadAllocatedBytes() - before);
    }
  }

  private static void decode(
      Engine engine, KvSequence sequence, Batch batch, int[] token, float[] logits) {
    if (sequence.length() == 97) {
      sequence.truncate(1);
    }
    batch.clear();
    batch.add(sequence, token, 0, 1, Batch.Logits.LAST, logits);
    engine.forward(batch);
  }
}
