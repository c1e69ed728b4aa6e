package io.jgpt.engine.cuda;

import static io.jgpt.engine.EngineFixture.error;
import static io.jgpt.engine.EngineFixture.tokens;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.jgpt.engine.Batch;
import io.jgpt.engine.Draw;
import io.jgpt.engine.KvSequence;
import io.jgpt.model.DType;
import io.jgpt.model.Gpt2Weights;
import io.jgpt.model.Tensor;
import io.jgpt.sampling.ReferenceDraw;
import io.jgpt.testing.RandomModel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tokens drawn where the logits are, against the host's own draw from the same logits. */
@Tag("cuda")
class CudaDrawTest {

  private static final RandomModel MODEL = RandomModel.small(21);
  private static final int V = MODEL.config().vocabSize();
  private static final int CONTEXT = MODEL.config().nPositions();
  private static final int HEAD_ROWS = 64;

  private final Random random = new Random(5);

  /** Options of every kind, with biases, ids seen and constraints. */
  private Draw draw(int kind) {
    var options =
        switch (kind % 8) {
          case 0 -> new Draw.Options(0, 0, 1, 0, 1, 1, 0, 0, 1, 0);
          case 1 -> new Draw.Options(0.8, 40, 0.95, 0, 1, 1, 0, 0, 2, 0);
          case 2 -> new Draw.Options(1.5, 0, 1, 0.02, 1, 1, 0, 0, 3, 1);
          case 3 -> new Draw.Options(1, 0, 1, 0, 0.5, 1, 0, 0, 4, 2);
          case 4 -> new Draw.Options(0.7, 5, 1, 0, 1, 1.3, 0, 0, 5, 0);
          case 5 -> new Draw.Options(0, 0, 1, 0, 1, 1, 0.5, 0.25, 6, 0);
          case 6 -> new Draw.Options(2, 100, 0.9, 0.001, 0.95, 0.9, -0.5, 0.1, 7, 3);
          default -> new Draw.Options(1, 0, 0.5, 0, 1, 1, 0, 0, 8, 0);
        };
    int[] ids = distinct(random.nextInt(20));
    int[] generated = random.ints(ids.length, 0, 3).toArray();
    int[] biased = distinct(kind % 3 == 0 ? random.nextInt(6) : 0);
    double[] biases = random.doubles(biased.length, -3, 3).toArray();
    var draw = new Draw(options, biased, biases, ids, generated);
    int index = random.nextInt(50);
    if (kind % 5 == 4) {
      draw.next(index, ids.length, new long[] {random.nextLong(), random.nextLong(), 1});
    } else {
      draw.next(index, ids.length);
    }
    return draw;
  }

  private int[] distinct(int count) {
    return random.ints(0, V).distinct().limit(count).toArray();
  }

  private static CudaEngine open(RandomModel model, long kvTokens) {
    var options =
        new CudaOptions(0, DType.F32, model.config().nPositions(), OptionalLong.of(kvTokens));
    return CudaEngine.open(model.config(), model.weights(), options, CudaUnderTest::shuffled);
  }

  /** Logits of each slot's last token, and then its draw, which must be the host's from them. */
  private static void compare(CudaEngine engine, List<KvSequence> open, int[][] ids, Draw[] draws) {
    var logits = new float[draws.length][V];
    var batch = new Batch();
    int[] lengths = open.stream().mapToInt(KvSequence::length).toArray();
    for (int i = 0; i < draws.length; i++) {
      batch.add(open.get(i), ids[i], 0, ids[i].length, Batch.Logits.LAST, logits[i]);
    }
    engine.forward(batch);
    batch.clear();
    for (int i = 0; i < draws.length; i++) {
      open.get(i).truncate(lengths[i]);
      batch.add(open.get(i), ids[i], 0, ids[i].length, draws[i]);
    }
    engine.forward(batch);
    var host = new ReferenceDraw(V);
    for (int i = 0; i < draws.length; i++) {
      int drawn = draws[i].outcome();
      host.answer(draws[i], logits[i]);
      assertEquals(draws[i].outcome(), drawn, "slot " + i);
    }
  }

  private void compare(int slots, int longest, int rounds) {
    try (var engine = open(MODEL, 128L * slots)) {
      List<KvSequence> open =
          IntStream.range(0, slots).mapToObj(i -> engine.newSequence(CONTEXT)).toList();
      for (int round = 0; round < rounds; round++) {
        var ids = new int[slots][];
        var draws = new Draw[slots];
        for (int i = 0; i < slots; i++) {
          ids[i] = tokens(random.nextLong(), 1 + random.nextInt(longest), V);
          draws[i] = draw(random.nextInt(1000));
        }
        compare(engine, open, ids, draws);
      }
    }
  }

  @Test
  void decodedTokens() {
    compare(1, 1, 30);
    compare(3, 1, 20);
  }

  @Test
  void promptsAndDecodedTokensInOneStep() {
    compare(4, 12, 6);
  }

  @Test
  void moreThanTheHeadComputesAtOnce() {
    compare(HEAD_ROWS + 6, 1, 1);
    compare(HEAD_ROWS + 6, 2, 1);
  }

  @Test
  void moreListsThanThereIsRoomForAtOnce() {
    try (var engine = open(MODEL, 64 * 128L)) {
      List<KvSequence> open =
          IntStream.range(0, HEAD_ROWS).mapToObj(i -> engine.newSequence(CONTEXT)).toList();
      var draws = new Draw[HEAD_ROWS];
      var ids = new int[HEAD_ROWS][];
      int[] all = IntStream.range(0, V).toArray();
      for (int i = 0; i < HEAD_ROWS; i++) {
        ids[i] = tokens(i, 1, V);
        var options = new Draw.Options(1, 0, 1, 0, 1, 1.1, 0, 0, i, 0);
        double[] biases = random.doubles(V, -5, 5).toArray();
        draws[i] = new Draw(options, all, biases, all, new int[V]);
        draws[i].next(i, V);
      }
      compare(engine, open, ids, draws);
    }
  }

  @Test
  void someDrawAndSomeWantTheirLogits() {
    try (var engine = open(MODEL, 8 * 128L)) {
      int[] ids = tokens(3, 10, V);
      var logits = new float[V];
      var last = new float[V];
      var all = new float[3 * V];
      Draw greedy = draw(0);
      var batch = new Batch();
      batch.add(engine.newSequence(20), ids, 0, 10, Batch.Logits.LAST, last);
      batch.add(engine.newSequence(20), ids, 0, 10, greedy);
      batch.add(engine.newSequence(20), ids, 0, 10, Batch.Logits.NONE, null);
      batch.add(engine.newSequence(20), ids, 0, 3, Batch.Logits.ALL, all);
      engine.forward(batch);
      int drawn = greedy.outcome();
      new ReferenceDraw(V).answer(greedy, last);
      assertEquals(greedy.outcome(), drawn);

      var alone = new Batch();
      alone.add(engine.newSequence(20), ids, 0, 3, Batch.Logits.LAST, logits);
      engine.forward(alone);
      assertTrue(error(Arrays.copyOfRange(all, 2 * V, 3 * V), logits) <= 1e-5);
    }
  }

  @Test
  void noTokenIsAnAnswer() {
    try (var engine = open(MODEL, 128);
        KvSequence sequence = engine.newSequence(CONTEXT)) {
      for (int[] ids : new int[][] {{1}, {1, 2, 3}}) {
        Draw draw = draw(1);
        draw.next(0, 0, new long[] {0, 0});
        var batch = new Batch();
        batch.add(sequence, ids, 0, ids.length, draw);
        engine.forward(batch);
        assertEquals(Draw.NO_TOKEN, draw.outcome());
      }
      assertEquals(4, sequence.length());
    }
  }

  @Test
  void aLogitThatIsNoNumberIsNamed() {
    try (var engine = open(withNanLogitOf(77), 128);
        KvSequence sequence = engine.newSequence(CONTEXT)) {
      for (int[] ids : new int[][] {{1}, {1, 2, 3}}) {
        Draw draw = draw(1);
        var batch = new Batch();
        batch.add(sequence, ids, 0, ids.length, draw);
        engine.forward(batch);
        assertEquals(Draw.BAD_LOGIT, draw.outcome());
        assertEquals(77, draw.badLogitId());
        assertTrue(Float.isNaN(draw.badLogit()));
      }
    }
  }

  private static RandomModel withNanLogitOf(int id) {
    Gpt2Weights w = MODEL.weights();
    MemorySegment data = Arena.ofAuto().allocate(w.wte().data().byteSize(), 4);
    data.copyFrom(w.wte().data());
    data.setAtIndex(ValueLayout.JAVA_FLOAT, (long) id * MODEL.config().nEmbd(), Float.NaN);
    var wte = new Tensor("wte", DType.F32, w.wte().shape(), data);
    return new RandomModel(
        MODEL.config(), new Gpt2Weights(wte, w.wpe(), w.layers(), w.lnFGain(), w.lnFBias(), wte));
  }

  @Test
  void steadyDrawingAllocatesNothingOnTheHeap() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (var engine = open(CudaEngineFixture.TINY, 128);
        KvSequence sequence = engine.newSequence(70)) {
      var batch = new Batch();
      int[] token = {3};
      int[] seen = {1, 2, 5};
      var options = new Draw.Options(0.8, 5, 0.9, 0, 1, 1.1, 0, 0, 2, 0);
      var draw = new Draw(options, new int[] {1}, new double[] {0.5}, seen, new int[3]);
      long[] allowed = {-1};
      for (int i = 0; i < 400; i++) { // until everything is resolved and compiled
        draw(engine, sequence, batch, token, draw, allowed);
      }
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 50; i++) {
        draw(engine, sequence, batch, token, draw, allowed);
      }
      assertEquals(0, threads.getCurrentThreadAllocatedBytes() - before);
    }
  }

  private static void draw(
      CudaEngine engine, KvSequence sequence, Batch batch, int[] token, Draw draw, long[] allowed) {
    if (sequence.length() == 70) {
      sequence.truncate(1);
    }
    batch.clear();
    draw.next(sequence.length(), 3, allowed);
    batch.add(sequence, token, 0, 1, draw);
    engine.forward(batch);
    token[0] = draw.outcome();
  }

  @Test
  void aVocabularyTooLargeForTheDeviceIsDrawnFromByTheHost() {
    var config = RandomModel.config((1 << 18) + 1, 4, 1, 1, 1, 1);
    try (var engine = open(RandomModel.of(config, DType.F32, 1), 128)) {
      assertEquals(false, engine.drawsTokens());
      var batch = new Batch();
      batch.add(engine.newSequence(4), new int[1], 0, 1, draw(0));
      assertThrows(IllegalArgumentException.class, () -> engine.forward(batch));
    }
    try (var engine = open(MODEL, 128)) {
      assertTrue(engine.drawsTokens());
    }
  }
}
