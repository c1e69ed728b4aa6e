package io.jgpt.engine.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.model.Activation;
import io.jgpt.model.DType;
import io.jgpt.model.FloatElements;
import io.jgpt.model.Tensor;
import io.jgpt.testing.RandomTensors;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The oracle against the formulas of {@link Operators}, written once more and naively. */
class JavaOperatorsTest {

  private final NativeMemory memory = new NativeMemory(() -> Long.MAX_VALUE);
  private final JavaOperators operators = new JavaOperators(3, memory);
  private final Arena arena = Arena.ofShared();
  private final Random random = new Random(1);

  @AfterEach
  void close() {
    operators.close();
    arena.close();
    assertEquals(0, memory.held());
  }

  private MemorySegment floats(int count) {
    MemorySegment segment = arena.allocate(4L * count, 64);
    for (int i = 0; i < count; i++) {
      segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
    }
    return segment;
  }

  private static float get(MemorySegment floats, int i) {
    return floats.getAtIndex(ValueLayout.JAVA_FLOAT, i);
  }

  private static float get(Tensor tensor, int i) {
    float[] one = new float[1];
    FloatElements.read(tensor, i, 1, one, 0);
    return one[0];
  }

  private static void close(double expected, float actual) {
    assertEquals(expected, actual, 1e-6 * Math.max(1, Math.abs(expected)));
  }

  private static float rounded(float value, DType dtype) {
    return switch (dtype) {
      case F32, INT8 -> value;
      case F16 -> Float.float16ToFloat(Float.floatToFloat16(value));
      case BF16 -> Float.intBitsToFloat(FloatElements.floatToBfloat16(value) << 16);
    };
  }

  @ParameterizedTest
  @CsvSource({
    "F32, F32, 1, 1, 1, true",
    "F32, F32, 13, 111, 207, false",
    "F32, BF16, 17, 207, 13, true",
    "F32, F16, 2, 64, 64, false",
    "F16, F32, 1, 13, 65, true",
    "BF16, F16, 33, 5, 128, false",
    "BF16, BF16, 3, 111, 1, true"
  })
  void linear(DType stored, DType dtype, int rows, int in, int out, boolean outIn) {
    Tensor weight = RandomTensors.tensor(random, stored, 1, outIn ? out : in, outIn ? in : out);
    Tensor bias = RandomTensors.tensor(random, stored, 1, out);
    MemorySegment x = floats(rows * in);
    MemorySegment y = floats(rows * out);
    MemorySegment residual = arena.allocate(y.byteSize(), 4).copyFrom(y);
    try (var linear = operators.pack(weight, outIn, bias, dtype)) {
      assertEquals(in, linear.in());
      assertEquals(out, linear.out());
      assertEquals(dtype, linear.dtype());
      operators.linear(x, linear, Activation.RELU, y, rows, y); // in place
    }
    for (int t = 0; t < rows; t++) {
      for (int n = 0; n < out; n++) {
        double sum = get(bias, n);
        for (int k = 0; k < in; k++) {
          float w = get(weight, outIn ? n * in + k : k * out + n);
          sum += (double) get(x, t * in + k) * rounded(w, dtype);
        }
        int at = t * out + n;
        close(Math.max(sum, 0) + get(residual, at), get(y, at));
      }
    }
  }

  @Test
  void linearInInt8() {
    int rows = 5;
    int in = 111;
    int out = 70;
    Tensor weight = RandomTensors.tensor(random, DType.F32, 1, in, out);
    MemorySegment x = floats(rows * in);
    MemorySegment y = floats(rows * out);
    var quantized =
        new Int8Weights(in, out, arena.allocate((long) in * out), arena.allocate(4L * out, 4));
    for (int group = 0; group < quantized.groups(); group++) {
      quantized.quantize(weight, false, group);
    }
    try (var linear = operators.pack(quantized, null)) {
      operators.linear(x, linear, null, null, rows, y);
    }
    for (int n = 0; n < out; n++) {
      float max = 0;
      for (int k = 0; k < in; k++) {
        max = Math.max(max, Math.abs(get(weight, k * out + n)));
      }
      assertEquals(max / 127, get(quantized.scales(), n));
      for (int t = 0; t < rows; t++) {
        close(int8Product(x, t, quantized, n), get(y, t * out + n));
      }
    }
  }

  private static double int8Product(MemorySegment x, int t, Int8Weights weights, int n) {
    int in = weights.in();
    float max = 0;
    for (int k = 0; k < in; k++) {
      max = Math.max(max, Math.abs(get(x, t * in + k)));
    }
    long sum = 0;
    for (int k = 0; k < in; k++) {
      long xk = Math.round((double) get(x, t * in + k) / (max / 127));
      sum += xk * weights.values().get(ValueLayout.JAVA_BYTE, (long) n * in + k);
    }
    return sum * (double) (max / 127) * get(weights.scales(), n);
  }

  @Test
  void quantizedWeightsAreWithinHalfAStep() {
    for (boolean outIn : new boolean[] {true, false}) {
      Tensor weight =
          RandomTensors.tensor(random, DType.F32, 1, outIn ? 130 : 33, outIn ? 33 : 130);
      var quantized =
          new Int8Weights(33, 130, arena.allocate(33L * 130), arena.allocate(4L * 130, 4));
      assertEquals(3, quantized.groups());
      for (int group = 0; group < 3; group++) {
        quantized.quantize(weight, outIn, group);
      }
      for (int n = 0; n < 130; n++) {
        float scale = get(quantized.scales(), n);
        for (int k = 0; k < 33; k++) {
          byte value = quantized.values().get(ValueLayout.JAVA_BYTE, n * 33L + k);
          float w = get(weight, outIn ? n * 33 + k : k * 130 + n);
          assertEquals(w, value * scale, 0.5001 * scale);
        }
      }
    }
  }

  @Test
  void aChannelAndARowOfZerosStayZero() {
    Tensor zeros =
        new Tensor("zeros", DType.F32, new long[] {8, 4}, Arena.ofAuto().allocate(128, 4));
    var quantized = new Int8Weights(8, 4, arena.allocate(32), arena.allocate(16, 4));
    quantized.quantize(zeros, false, 0);
    MemorySegment x = arena.allocate(32, 4);
    MemorySegment y = floats(4);
    try (var linear = operators.pack(quantized, null)) {
      operators.linear(x, linear, null, null, 1, y);
    }
    assertArrayEquals(new float[4], y.toArray(ValueLayout.JAVA_FLOAT));
  }

  @Test
  void layerNormInPlace() {
    int rows = 19;
    int c = 39;
    MemorySegment x = floats(rows * c);
    float[] before = x.toArray(ValueLayout.JAVA_FLOAT);
    MemorySegment gain = floats(c);
    MemorySegment bias = floats(c);
    operators.layerNorm(x, gain, bias, 0.1f, rows, c, x);
    for (int t = 0; t < rows; t++) {
      double mean = 0;
      double variance = 0;
      for (int i = 0; i < c; i++) {
        mean += before[t * c + i] / (double) c;
      }
      for (int i = 0; i < c; i++) {
        variance += Math.pow(before[t * c + i] - mean, 2) / c;
      }
      for (int i = 0; i < c; i++) {
        double normal = (before[t * c + i] - mean) / Math.sqrt(variance + 0.1f);
        close(normal * get(gain, i) + get(bias, i), get(x, t * c + i));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16"})
  void embedAddsTokenAndPosition(DType dtype) {
    Tensor wte = RandomTensors.tensor(random, dtype, 1, 20, 7);
    Tensor wpe = RandomTensors.tensor(random, DType.F32, 1, 9, 7);
    MemorySegment tokens = arena.allocateFrom(ValueLayout.JAVA_INT, 19, 0, 3);
    MemorySegment positions = arena.allocateFrom(ValueLayout.JAVA_INT, 0, 8, 4);
    MemorySegment out = floats(21);
    operators.embed(wte, wpe, tokens, positions, 3, out);
    int[][] expected = {{19, 0}, {0, 8}, {3, 4}};
    for (int t = 0; t < 3; t++) {
      for (int i = 0; i < 7; i++) {
        assertEquals(
            get(wte, expected[t][0] * 7 + i) + get(wpe, expected[t][1] * 7 + i),
            get(out, t * 7 + i));
      }
    }
  }

  @Test
  void attentionIsTheSoftmaxOverWhatCameBefore() {
    int heads = 3;
    int hs = 13;
    int c = heads * hs;
    int past = 4;
    int count = 6;
    int capacity = 12;
    MemorySegment kv = floats(2 * 2 * heads * capacity * hs); // two layers
    MemorySegment before = arena.allocate(kv.byteSize(), 4).copyFrom(kv);
    MemorySegment qkv = floats((1 + count) * 3 * c);
    var slots = new AttentionSlots(arena, 2);
    slots.add(floats(2 * 2 * heads * hs), 0, 1, 0, 1); // a slot before it: rows are offset
    slots.add(kv, 1, count, past, capacity);
    MemorySegment out = floats((1 + count) * c);
    operators.attention(qkv, slots, 1, heads, hs, 0.3f, out);
    for (int h = 0; h < heads; h++) {
      for (int t = 0; t < count; t++) {
        double[] expected = attend(kv, qkv, h, t, past + t + 1, heads, hs, capacity);
        for (int i = 0; i < hs; i++) {
          close(expected[i], get(out, (1 + t) * c + h * hs + i));
        }
      }
    }
    assertEquals(-1, layer(before, 0).mismatch(layer(kv, 0)), "another layer was written");
  }

  private static MemorySegment layer(MemorySegment kv, int layer) {
    return kv.asSlice(layer * kv.byteSize() / 2, kv.byteSize() / 2);
  }

  /** Of layer 1, from the cache as the operator left it. */
  private static double[] attend(
      MemorySegment kv, MemorySegment qkv, int h, int t, int keys, int heads, int hs, int cap) {
    double[] weights = new double[keys];
    double total = 0;
    for (int j = 0; j < keys; j++) {
      double dot = 0;
      for (int i = 0; i < hs; i++) {
        float q = get(qkv, (1 + t) * 3 * heads * hs + h * hs + i);
        dot += (double) q * get(kv, ((2 * heads + h) * cap + j) * hs + i);
      }
      weights[j] = Math.exp(0.3f * dot);
      total += weights[j];
    }
    double[] out = new double[hs];
    for (int j = 0; j < keys; j++) {
      for (int i = 0; i < hs; i++) {
        out[i] += weights[j] / total * get(kv, ((3 * heads + h) * cap + j) * hs + i);
      }
    }
    return out;
  }

  @Test
  void attentionAppendsItsKeysAndValues() {
    MemorySegment kv = floats(2 * 2 * 5 * 3); // NH 2, capacity 5, HS 3
    MemorySegment qkv = floats(2 * 3 * 6); // two rows
    var slots = new AttentionSlots(arena, 1);
    slots.add(kv, 0, 2, 1, 5);
    operators.attention(qkv, slots, 0, 2, 3, 1, floats(12));
    for (int part = 0; part < 2; part++) {
      for (int h = 0; h < 2; h++) {
        for (int t = 0; t < 2; t++) {
          for (int i = 0; i < 3; i++) {
            assertEquals(
                get(qkv, t * 18 + (1 + part) * 6 + h * 3 + i),
                get(kv, ((part * 2 + h) * 5 + 1 + t) * 3 + i));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    // from mpmath with 30 digits
    "0, 0",
    "1e-9, 1.1283791670955126e-9",
    "0.5, 0.5204998778130465",
    "1, 0.8427007929497149",
    "-2, -0.9953222650189527",
    "3.5, 0.9999992569016276",
    "5.9, 1",
    "7, 1",
    "-100, -1"
  })
  void erf(double x, double expected) {
    assertEquals(expected, JavaActivation.erf(x), 2e-15);
  }

  @ParameterizedTest
  @CsvSource({
    // from torch.nn.functional in float64
    "GELU_TANH, 1.5, 1.3995715769802328",
    "GELU_TANH, -0.7, -0.1694298650",
    "GELU_ERF, 1.5, 1.399789198096713",
    "GELU_ERF, -0.7, -0.1693745454",
    "RELU, 1.5, 1.5",
    "RELU, -0.7, 0",
    "SILU, 1.5, 1.2263617142905",
    "SILU, -0.7, -0.2322685574"
  })
  void activations(Activation activation, float x, double expected) {
    assertEquals(expected, JavaActivation.apply(activation, x), 1e-7);
  }

  @ParameterizedTest
  @CsvSource({
    // ties go to the even neighbour; the largest floats round to infinity
    "3f800000, 3f80",
    "3f808000, 3f80",
    "3f808001, 3f81",
    "3f818000, 3f82",
    "bf80ffff, bf81",
    "7f7fffff, 7f80",
    "7f800000, 7f80",
    "00000001, 0000"
  })
  void roundingToBfloat16(String bits, String expected) {
    float value = Float.intBitsToFloat(Integer.parseUnsignedInt(bits, 16));
    int rounded = Short.toUnsignedInt(FloatElements.floatToBfloat16(value));
    assertEquals(Integer.parseUnsignedInt(expected, 16), rounded);
  }

  @Test
  void notANumberStaysOne() {
    int bits = FloatElements.floatToBfloat16(Float.intBitsToFloat(0x7f800001)) << 16;
    assertTrue(Float.isNaN(Float.intBitsToFloat(bits)));
  }

  @Test
  void theBandwidthIsThatOfAComputer() {
    double bandwidth = operators.readBandwidth();
    assertTrue(bandwidth > 1e8 && bandwidth < 1e13, bandwidth + " bytes/s");
  }
}
