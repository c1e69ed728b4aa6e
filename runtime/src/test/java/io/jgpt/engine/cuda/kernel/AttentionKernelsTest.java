package io.jgpt.engine.cuda.kernel;

import static io.jgpt.testing.ErrorBound.twiceNaive;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jgpt.engine.cuda.kernel.AttentionTrial.Unwritten;
import io.jgpt.testing.ReferenceOperators;
import io.jgpt.testing.ReferenceOperators.Precision;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("cuda")
class AttentionKernelsTest {

  private static final ReferenceOperators EXACT = new ReferenceOperators(Precision.DOUBLE);
  private static final ReferenceOperators NAIVE = new ReferenceOperators(Precision.SINGLE);
  private static final int[] NONE = {0};

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

  /** Heads, head size, tokens before the step and in it, of each sequence. */
  record Shape(int heads, int headSize, List<Integer> pasts, List<Integer> steps) {
    int[] past() {
      return pasts.stream().mapToInt(Integer::intValue).toArray();
    }

    int[] counts() {
      return steps.stream().mapToInt(Integer::intValue).toArray();
    }

    int[] lengths() {
      int[] lengths = past();
      Arrays.setAll(lengths, i -> lengths[i] + steps.get(i));
      return lengths;
    }

    @Override
    public String toString() {
      return "NH=%d HS=%d T=%s after %s".formatted(heads, headSize, steps, pasts);
    }
  }

  private static Shape shape(int heads, int headSize, int[] past, int... counts) {
    return new Shape(
        heads,
        headSize,
        IntStream.of(past).boxed().toList(),
        IntStream.of(counts).boxed().toList());
  }

  private static Shape ones(int heads, int headSize, int... past) {
    int[] ones = new int[past.length];
    Arrays.fill(ones, 1);
    return shape(heads, headSize, past, ones);
  }

  static Stream<Arguments> prefills() {
    return withTypes(
        shape(1, 1, new int[] {0, 40}, 1, 5),
        shape(3, 13, new int[] {0, 1, 31, 32, 33}, 33, 1, 2, 1, 31),
        shape(1, 64, new int[] {0, 255, 1000}, 70, 3, 1),
        shape(12, 64, new int[] {7}, 32),
        shape(2, 80, new int[] {30}, 40),
        shape(1, 111, new int[] {256, 0}, 2, 34),
        shape(1, 256, new int[] {31}, 35));
  }

  static Stream<Arguments> decodes() {
    int[] borders = {0, 1, 31, 32, 33, 255, 256, 257, 1000};
    return withTypes(
        ones(1, 1, borders),
        ones(3, 13, borders),
        ones(1, 64, borders),
        ones(12, 64, 65, 300),
        ones(1, 80, borders),
        ones(1, 111, borders),
        ones(2, 256, 3, 511, 512));
  }

  private static Stream<Arguments> withTypes(Shape... shapes) {
    return Stream.of(WeightType.values())
        .flatMap(type -> Stream.of(shapes).map(shape -> Arguments.of(type, shape)));
  }

  /** A step after the tokens that came before it, which other steps have written. */
  @ParameterizedTest
  @MethodSource("prefills")
  void prefill(WeightType type, Shape s) {
    var trial = trial(type, s, 1, Unwritten.NAN);
    byte[] before = trial.pageBytes();
    trial.hold(s.past());
    float[] rows = trial.prefill(s.past(), s.counts());
    compare("prefill " + type + " " + s, trial, s.past(), s.counts(), rows);
    trial.assertPagesHold(s.lengths(), before);
  }

  @ParameterizedTest
  @MethodSource("decodes")
  void decode(WeightType type, Shape s) {
    var trial = trial(type, s, 1, Unwritten.NAN);
    byte[] before = trial.pageBytes();
    trial.hold(s.past());
    float[] rows = trial.decode(s.past());
    compare("decode " + type + " " + s, trial, s.past(), s.counts(), rows);
    trial.assertPagesHold(s.lengths(), before);
  }

  /** Chunked prefill is the whole prefill, to the byte, wherever it is cut. */
  @ParameterizedTest
  @EnumSource(WeightType.class)
  void whereAPromptIsCutDoesNotMatter(WeightType type) {
    int length = 100;
    var whole = trial(type, shape(2, 40, NONE, length), 1, Unwritten.NOISE);
    float[] expected = whole.prefill(NONE, new int[] {length});
    for (int[] cuts : new int[][] {{1, 33, 64, 99}, {32, 64, 96}, {50}}) {
      var chunked = trial(type, shape(2, 40, NONE, length), 2, Unwritten.NAN);
      float[] rows = new float[0];
      int from = 0;
      for (int i = 0; i <= cuts.length; i++) {
        int to = i < cuts.length ? cuts[i] : length;
        float[] more = chunked.prefill(new int[] {from}, new int[] {to - from});
        int at = rows.length;
        rows = Arrays.copyOf(rows, at + more.length);
        System.arraycopy(more, 0, rows, at, more.length);
        from = to;
      }
      assertArrayEquals(expected, rows, Arrays.toString(cuts));
    }
  }

  /** A token decoded is the token prefilled: both kernels see the same keys. */
  @Test
  void decodingIsPrefillOfOneToken() {
    var s = ones(3, 64, 300, 31, 0);
    var trial = trial(WeightType.F32, s, 1, Unwritten.NAN);
    trial.hold(s.past());
    float[] decoded = trial.decode(s.past());
    float[] prefilled = trial.prefill(s.past(), s.counts());
    float largest = 0;
    for (float x : prefilled) {
      largest = Math.max(largest, Math.abs(x));
    }
    for (int i = 0; i < decoded.length; i++) {
      assertEquals(prefilled[i], decoded[i], 1e-5 * largest);
    }
  }

  /** Neither where pages lie, nor what else is there, nor room in the launch changes a byte. */
  @ParameterizedTest
  @EnumSource(WeightType.class)
  void nothingButTheTokensMatters(WeightType type) {
    var s = ones(2, 64, 290, 40, 0);
    float[] prefilled = null;
    float[] decoded = null;
    for (int layout = 1; layout <= 3; layout++) {
      var trial = trial(type, s, layout, layout == 2 ? Unwritten.NOISE : Unwritten.NAN);
      trial.hold(s.past());
      float[] first = trial.decode(s.past(), 40 * (layout - 1));
      float[] second = trial.prefill(s.past(), s.counts());
      if (layout > 1) {
        assertArrayEquals(decoded, first, "decode, layout " + layout);
        assertArrayEquals(prefilled, second, "prefill, layout " + layout);
      }
      decoded = first;
      prefilled = second;
    }
  }

  /** A sequence's rows are the same bytes alone and in a batch. */
  @Test
  void neighboursDoNotMatter() {
    var s = shape(2, 64, new int[] {40, 3}, 20, 35);
    var both = trial(WeightType.BF16, s, 1, Unwritten.NAN);
    both.hold(s.past());
    float[] batched = both.prefill(s.past(), s.counts());
    var alone = trial(WeightType.BF16, shape(2, 64, new int[] {40}, 20), 2, Unwritten.NAN);
    alone.hold(new int[] {40});
    float[] single = alone.prefill(new int[] {40}, new int[] {20});
    assertArrayEquals(single, Arrays.copyOf(batched, single.length));
  }

  private static AttentionTrial trial(WeightType type, Shape s, long layout, Unwritten unwritten) {
    return new AttentionTrial(
        bench, type, s.heads(), s.headSize(), s.lengths(), 7, layout, unwritten);
  }

  private static void compare(
      String what, AttentionTrial trial, int[] past, int[] counts, float[] rows) {
    twiceNaive(
        what, trial.expected(EXACT, past, counts), trial.expected(NAIVE, past, counts), rows);
  }
}
