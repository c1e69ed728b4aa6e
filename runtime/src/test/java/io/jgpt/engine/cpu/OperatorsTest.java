package io.jgpt.engine.cpu;

import static io.jgpt.engine.cpu.OperatorTrial.onAnyThreads;
import static io.jgpt.engine.cpu.OperatorTrial.segment;
import static io.jgpt.testing.ErrorBound.twiceNaive;
import static io.jgpt.testing.RandomTensors.normal;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jgpt.model.Activation;
import io.jgpt.model.DType;
import io.jgpt.model.FloatElements;
import io.jgpt.model.Tensor;
import io.jgpt.testing.RandomTensors;
import io.jgpt.testing.ReferenceOperators;
import io.jgpt.testing.ReferenceOperators.Precision;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every set of operators against float64: the error is at most twice that of a naive float32
 * implementation; 1 to 4 threads give the same bytes; nothing is written behind an output.
 */
class OperatorsTest {

  private final ReferenceOperators exact = new ReferenceOperators(Precision.DOUBLE);
  private final ReferenceOperators naive = new ReferenceOperators(Precision.SINGLE);
  private final Random random = new Random(7);

  /** T, K, N. */
  record Shape(int t, int k, int n) {}

  static Stream<Arguments> setsAndShapes() {
    var shapes =
        List.of(
            new Shape(1, 1, 1),
            new Shape(1, 207, 111),
            new Shape(2, 13, 207),
            new Shape(5, 111, 13),
            new Shape(13, 64, 96),
            new Shape(111, 33, 1),
            new Shape(207, 301, 65));
    return OperatorSets.all().stream()
        .flatMap(set -> shapes.stream().map(shape -> Arguments.of(set, shape)));
  }

  @ParameterizedTest
  @MethodSource("setsAndShapes")
  void linearInFloatingTypes(OperatorSets.Named set, Shape s) {
    for (DType dtype : new DType[] {DType.F32, DType.F16, DType.BF16}) {
      for (Activation activation : Activation.values()) {
        boolean outIn = random.nextBoolean();
        DType stored = List.of(DType.F32, DType.F16, DType.BF16).get(random.nextInt(3));
        float[] x = normal(random, s.t * s.k);
        float[] residual = normal(random, s.t * s.n);
        double spread = 1 / Math.sqrt(s.k);
        Tensor weight =
            RandomTensors.tensor(random, stored, spread, outIn ? s.n : s.k, outIn ? s.k : s.n);
        Tensor bias = RandomTensors.tensor(random, stored, 1, s.n);
        float[] w = rounded(transposed(elements(weight), s, outIn), dtype);
        float[] b = elements(bias);
        double[] expected = exact.linear(x, w, b, activation, residual, s.k);
        // Products of BF16 may round the activations too: that is this precision.
        float[] seen = dtype == DType.BF16 ? rounded(x, DType.BF16) : x;
        double[] tolerated = naive.linear(seen, w, b, activation, residual, s.k);
        float[] actual =
            onAnyThreads(
                set,
                s.t * s.n,
                (operators, out) -> {
                  try (var linear = operators.pack(weight, outIn, bias, dtype);
                      Arena arena = Arena.ofShared()) {
                    out.copyFrom(MemorySegment.ofArray(residual));
                    MemorySegment in = segment(arena, x);
                    operators.linear(in, linear, activation, out, s.t, out);
                  }
                });
        twiceNaive(dtype + " " + activation, expected, tolerated, actual);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("setsAndShapes")
  void linearInInt8(OperatorSets.Named set, Shape s) {
    float[] x = normal(random, s.t * s.k);
    try (Arena arena = Arena.ofShared()) {
      Tensor weight = RandomTensors.tensor(random, DType.F32, 1, s.n, s.k);
      var quantized =
          new Int8Weights(s.k, s.n, arena.allocate((long) s.n * s.k), arena.allocate(4L * s.n, 4));
      for (int group = 0; group < quantized.groups(); group++) {
        quantized.quantize(weight, true, group);
      }
      float[] actual =
          onAnyThreads(
              set,
              s.t * s.n,
              (operators, out) -> {
                try (var linear = operators.pack(quantized, null)) {
                  operators.linear(segment(arena, x), linear, null, null, s.t, out);
                }
              });
      for (int i = 0; i < actual.length; i++) {
        double expected = int8Product(x, i / s.n, quantized, i % s.n);
        assertEquals(expected, actual[i], 4 * Math.ulp((float) expected), "output " + i);
      }
    }
  }

  private static double int8Product(float[] x, int t, Int8Weights weights, int n) {
    int k = weights.in();
    float max = 0;
    for (int i = 0; i < k; i++) {
      max = Math.max(max, Math.abs(x[t * k + i]));
    }
    long sum = 0;
    for (int i = 0; i < k; i++) {
      byte w = weights.values().get(ValueLayout.JAVA_BYTE, (long) n * k + i);
      sum += (long) Math.rint(x[t * k + i] * (127 / max)) * w;
    }
    return sum * (double) (max / 127) * weights.scales().getAtIndex(ValueLayout.JAVA_FLOAT, n);
  }

  @ParameterizedTest
  @MethodSource("setsAndShapes")
  void layerNorm(OperatorSets.Named set, Shape s) {
    float[] x = normal(random, s.t * s.k);
    for (int i = 0; i < x.length; i++) {
      x[i] += 3; // so that a variance computed as a difference would show
    }
    float[] gain = normal(random, s.k);
    float[] bias = normal(random, s.k);
    float[] actual =
        onAnyThreads(
            set,
            x.length,
            (operators, out) -> {
              try (Arena arena = Arena.ofShared()) {
                out.copyFrom(MemorySegment.ofArray(x));
                MemorySegment g = segment(arena, gain);
                operators.layerNorm(out, g, segment(arena, bias), 1e-5f, s.t, s.k, out);
              }
            });
    double[] expected = exact.layerNorm(x, gain, bias, 1e-5f);
    twiceNaive("", expected, naive.layerNorm(x, gain, bias, 1e-5f), actual);
  }

  @ParameterizedTest
  @MethodSource("setsAndShapes")
  void embed(OperatorSets.Named set, Shape s) {
    for (DType dtype : new DType[] {DType.F32, DType.F16, DType.BF16}) {
      Tensor wte = unaligned(RandomTensors.tensor(random, dtype, 1, 50, s.k));
      Tensor wpe = unaligned(RandomTensors.tensor(random, dtype, 1, 40, s.k));
      int[] tokens = random.ints(s.t, 0, 50).toArray();
      int[] positions = random.ints(s.t, 0, 40).toArray();
      float[] actual =
          onAnyThreads(
              set,
              s.t * s.k,
              (operators, out) -> {
                try (Arena arena = Arena.ofShared()) {
                  operators.embed(
                      wte,
                      wpe,
                      arena.allocateFrom(ValueLayout.JAVA_INT, tokens),
                      arena.allocateFrom(ValueLayout.JAVA_INT, positions),
                      s.t,
                      out);
                }
              });
      float[] te = elements(wte);
      float[] pe = elements(wpe);
      for (int i = 0; i < actual.length; i++) {
        int t = i / s.k;
        float expected = te[tokens[t] * s.k + i % s.k] + pe[positions[t] * s.k + i % s.k];
        assertEquals(expected, actual[i], "output " + i);
      }
    }
  }

  private static float[] elements(Tensor tensor) {
    float[] x = new float[Math.toIntExact(tensor.elements())];
    FloatElements.read(tensor, 0, x.length, x, 0);
    return x;
  }

  private static Tensor unaligned(Tensor tensor) {
    MemorySegment data = Arena.ofAuto().allocate(tensor.data().byteSize() + 1, 64).asSlice(1);
    long[] shape = {tensor.dim(0), tensor.dim(1)};
    return new Tensor("unaligned", tensor.dtype(), shape, data.copyFrom(tensor.data()));
  }

  /** To [N, K]. */
  private static float[] transposed(float[] w, Shape s, boolean outIn) {
    if (outIn) {
      return w;
    }
    float[] result = new float[w.length];
    for (int i = 0; i < w.length; i++) {
      result[i % s.n * s.k + i / s.n] = w[i];
    }
    return result;
  }

  private static float[] rounded(float[] x, DType dtype) {
    Function<Float, Float> round =
        switch (dtype) {
          case F32, INT8 -> v -> v;
          case F16 -> v -> Float.float16ToFloat(Float.floatToFloat16(v));
          case BF16 -> v -> Float.intBitsToFloat(FloatElements.floatToBfloat16(v) << 16);
        };
    float[] result = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      result[i] = round.apply(x[i]);
    }
    return result;
  }
}
