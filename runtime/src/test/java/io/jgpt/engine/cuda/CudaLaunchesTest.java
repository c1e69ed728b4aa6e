package io.jgpt.engine.cuda;

import static io.jgpt.engine.EngineFixture.append;
import static io.jgpt.engine.EngineFixture.argmax;
import static io.jgpt.engine.EngineFixture.error;
import static io.jgpt.engine.EngineFixture.logits;
import static io.jgpt.engine.cuda.kernel.KernelFamily.ATTENTION_COMBINE;
import static io.jgpt.engine.cuda.kernel.KernelFamily.ATTENTION_DECODE;
import static io.jgpt.engine.cuda.kernel.KernelFamily.ATTENTION_PREFILL;
import static io.jgpt.engine.cuda.kernel.KernelFamily.EMBED;
import static io.jgpt.engine.cuda.kernel.KernelFamily.FFN_DOWN;
import static io.jgpt.engine.cuda.kernel.KernelFamily.FFN_DOWN_BATCH;
import static io.jgpt.engine.cuda.kernel.KernelFamily.FFN_DOWN_TILED;
import static io.jgpt.engine.cuda.kernel.KernelFamily.FFN_UP;
import static io.jgpt.engine.cuda.kernel.KernelFamily.FFN_UP_BATCH;
import static io.jgpt.engine.cuda.kernel.KernelFamily.FFN_UP_TILED;
import static io.jgpt.engine.cuda.kernel.KernelFamily.GEMM;
import static io.jgpt.engine.cuda.kernel.KernelFamily.GEMV;
import static io.jgpt.engine.cuda.kernel.KernelFamily.GEMV_BATCH;
import static io.jgpt.engine.cuda.kernel.KernelFamily.LAYER_NORM;
import static io.jgpt.engine.cuda.kernel.KernelFamily.SAMPLE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.engine.Batch;
import io.jgpt.engine.Draw;
import io.jgpt.engine.KvSequence;
import io.jgpt.engine.cuda.kernel.KernelFamily;
import io.jgpt.engine.cuda.kernel.WeightType;
import io.jgpt.model.DType;
import io.jgpt.testing.GoldenModel;
import io.jgpt.testing.RandomModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * That the right numbers come from the kernels that are meant to compute them, in the order of the
 * forward pass, and that a decoded token is one launch: what a device ran, launch by launch.
 */
@Tag("cudasim")
class CudaLaunchesTest {

  /** With two layers, transformers' answers and heads of 13. */
  private static final GoldenModel GOLDEN = GoldenModel.named("golden/tanh-head13");

  /** Rows of logits at a time. */
  private static final int HEAD_ROWS = 64;

  private static final RandomModel MODEL = RandomModel.small(31);
  private static final int V = MODEL.config().vocabSize();

  /** Which kernels multiply, by the number of tokens. */
  private enum Form {
    ONE(1, GEMV, FFN_UP, FFN_DOWN),
    FEW(8, GEMV_BATCH, FFN_UP_BATCH, FFN_DOWN_BATCH),
    MANY(9, GEMM, FFN_UP_TILED, FFN_DOWN_TILED);

    final int tokens;
    final KernelFamily linear;
    final KernelFamily up;
    final KernelFamily down;

    Form(int tokens, KernelFamily linear, KernelFamily up, KernelFamily down) {
      this.tokens = tokens;
      this.linear = linear;
      this.up = up;
      this.down = down;
    }

    static Form of(int tokens) {
      return tokens == 1 ? ONE : tokens <= FEW.tokens ? FEW : MANY;
    }
  }

  @BeforeEach
  @AfterEach
  void reset() {
    Simulator.reset();
  }

  private static String name(KernelFamily family, WeightType type) {
    return switch (family) {
      case LAYER_NORM, ATTENTION_COMBINE, SAMPLE -> family.entry();
      default -> family.entry(type);
    };
  }

  /** The kernels of a step in their order; the head's are those for {@code wanted} rows. */
  private static List<String> step(
      int layers, int tokens, boolean decodes, int wanted, DType dtype) {
    WeightType type = WeightLayout.typeOf(dtype);
    Form form = Form.of(tokens);
    var kernels = new ArrayList<KernelFamily>();
    kernels.add(EMBED);
    for (int i = 0; i < layers; i++) {
      kernels.addAll(List.of(LAYER_NORM, form.linear));
      kernels.addAll(
          decodes ? List.of(ATTENTION_DECODE, ATTENTION_COMBINE) : List.of(ATTENTION_PREFILL));
      kernels.addAll(List.of(form.linear, form.up, form.down));
    }
    for (int first = 0; first < wanted; first += HEAD_ROWS) {
      kernels.addAll(List.of(LAYER_NORM, Form.of(Math.min(HEAD_ROWS, wanted - first)).linear));
    }
    return kernels.stream().map(family -> name(family, type)).toList();
  }

  private static List<String> log(Runnable action) {
    Simulator.startLog();
    action.run();
    return Simulator.takeLog();
  }

  private static List<String> kernels(List<String> log) {
    return log.stream()
        .filter(line -> line.startsWith("kernel "))
        .map(line -> line.replaceAll("^kernel ([^ ]+) .*", "$1"))
        .toList();
  }

  /** A graph, and no kernel outside it. */
  private static void assertOneGraph(List<String> log) {
    assertEquals(1, log.stream().filter(line -> line.startsWith("graph ")).count(), log::toString);
    String graph = log.getFirst().replaceAll(".* ", "");
    assertTrue(log.stream().allMatch(line -> line.endsWith(" " + graph)), log::toString);
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F32", "BF16", "F16"})
  void theRightLogitsComeFromTheKernelsMeantToComputeThem(DType dtype) {
    try (var model = GOLDEN.open();
        var engine = new CudaUnderTest().open(model.config(), model.weights(), dtype)) {
      double limit = dtype == DType.F32 ? 1e-5 : 2 * GOLDEN.errors().get(dtype);
      for (GoldenModel.Case c : GOLDEN.cases()) {
        float[][] all = new float[1][];
        List<String> log = log(() -> all[0] = logits(engine, c.ids()));
        float[] last = Arrays.copyOfRange(all[0], all[0].length - c.logits().length, all[0].length);
        assertTrue(error(last, c.logits()) <= limit, c.name());
        int tokens = c.ids().length;
        assertEquals(
            step(model.config().nLayer(), tokens, tokens == 1, tokens, dtype), kernels(log));
      }
    }
  }

  @Test
  void theRightContinuationIsAGraphPerToken() {
    try (var model = GOLDEN.open();
        var engine = new CudaUnderTest().open(model.config(), model.weights(), DType.F32)) {
      int v = engine.vocabSize();
      List<String> expected = step(model.config().nLayer(), 1, true, 1, DType.F32);
      for (GoldenModel.Continuation g : GOLDEN.greedy()) {
        int[] ids = new int[g.continuation().length];
        try (KvSequence sequence = engine.newSequence(g.ids().length + ids.length)) {
          float[] prompt = append(engine, sequence, g.ids());
          ids[0] = argmax(prompt, g.ids().length - 1, v);
          for (int i = 1; i < ids.length; i++) {
            int token = ids[i - 1];
            float[][] logits = new float[1][];
            List<String> log = log(() -> logits[0] = append(engine, sequence, token));
            ids[i] = argmax(logits[0], 0, v);
            assertOneGraph(log);
            assertEquals(expected, kernels(log));
          }
        }
        assertArrayEquals(g.continuation(), ids);
      }
    }
  }

  /** What a slot of a decoding step wants. */
  private interface Wish {
    void add(Batch batch, KvSequence sequence, int slot);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8, 9})
  void aSteadyStepIsTwoCallsOfTheDriver(int slots) {
    Wish logits =
        (batch, sequence, slot) ->
            batch.add(sequence, new int[] {slot}, 0, 1, Batch.Logits.LAST, new float[V]);
    decodeInTwoCalls(slots, logits, List.of());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8, 9})
  void soIsOneWhoseTokensTheDeviceDraws(int slots) {
    Wish token = (batch, sequence, slot) -> batch.add(sequence, new int[] {slot}, 0, 1, draw(slot));
    decodeInTwoCalls(slots, token, List.of(SAMPLE.entry()));
  }

  private static Draw draw(int seed) {
    var options = new Draw.Options(0.8, 5, 0.9, 0, 1, 1.1, 0, 0, seed, 0);
    var draw = new Draw(options, new int[0], new double[0], new int[] {1, 2}, new int[2]);
    draw.next(0, 2);
    return draw;
  }

  /** Graph launch and wait; the first step captures. */
  private static void decodeInTwoCalls(int slots, Wish wish, List<String> behindTheHead) {
    try (var engine = CudaEngineFixture.open(MODEL)) {
      var open = IntStream.range(0, slots).mapToObj(i -> engine.newSequence(9)).toList();
      var expected = new ArrayList<>(step(2, slots, true, slots, DType.F32));
      expected.addAll(behindTheHead);
      for (int round = 0; round < 4; round++) {
        var batch = new Batch();
        IntStream.range(0, slots).forEach(slot -> wish.add(batch, open.get(slot), slot));
        long before = Simulator.calls();
        List<String> log = log(() -> engine.forward(batch));
        assertOneGraph(log);
        assertEquals(expected, kernels(log));
        if (round > 0) {
          assertEquals(2, Simulator.calls() - before);
        }
      }
    }
  }

  @Test
  void promptsTakeTheirKernelsByTheirLength() {
    try (var engine = CudaEngineFixture.open(MODEL)) {
      for (Form form : Form.values()) {
        if (form.tokens > 1) {
          List<String> log = log(() -> logits(engine, new int[form.tokens]));
          assertEquals(step(2, form.tokens, false, form.tokens, DType.F32), kernels(log));
        }
      }
      var batch = new Batch();
      batch.add(engine.newSequence(20), new int[20], 0, 20, Batch.Logits.NONE, null);
      assertEquals(step(2, 20, false, 0, DType.F32), kernels(log(() -> engine.forward(batch))));
    }
  }

  @Test
  void weightsAreReadOnceAndPackedByTheirTypes() {
    List<String> log = kernels(log(() -> CudaEngineFixture.open(MODEL, DType.BF16).close()));
    assertEquals(
        List.of("pack_f32_bf16", "pack_f32_f32", "pack_transposed_f32_bf16"),
        log.stream().distinct().sorted().toList());
    // Of 2 layers 4 matrices each; tables and vectors are not transposed.
    assertEquals(8, log.stream().filter("pack_transposed_f32_bf16"::equals).count());
    assertEquals(2, log.stream().filter("pack_f32_bf16"::equals).count());
    assertEquals(2 * 8 + 2, log.stream().filter("pack_f32_f32"::equals).count());
  }
}
