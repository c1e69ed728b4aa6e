package io.jgpt.engine.cuda.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jgpt.engine.cuda.kernel.KernelChecks.Form;
import io.jgpt.engine.cuda.kernel.KernelChecks.Shape;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The kernels of embedding, layer norm, linear layers, FFN and packing over odd shapes. */
@Tag("cuda")
class KernelsTest {

  private static KernelBench bench;

  @BeforeAll
  static void open() {
    bench = new KernelBench();
  }

  @AfterAll
  static void close() {
    bench.close();
  }

  /** One token, few and many; K and N of no vector, of GPT-2 small, and split over blocks. */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 1", "1, 13, 111", "1, 207, 13", "1, 111, 207", "1, 768, 2304", "1, 3072, 768",
    "2, 13, 207", "3, 768, 768", "8, 111, 13", "8, 207, 1", "9, 13, 1", "13, 207, 111",
    "64, 64, 64", "70, 33, 66", "111, 1, 13", "13, 1111, 70", "9, 768, 64"
  })
  void linear(int t, int k, int n) {
    for (WeightType type : WeightType.values()) {
      for (Form form : Form.values()) {
        KernelChecks.linear(bench, new Shape(t, k, n), type, Nonlinearity.IDENTITY, form);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void activations(Nonlinearity activation) {
    for (int t : new int[] {1, 5, 13}) {
      KernelChecks.linear(bench, new Shape(t, 111, 207), WeightType.F32, activation, Form.BIAS);
      KernelChecks.ffn(bench, new Shape(t, 13, 111), WeightType.F32, activation);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1", "1, 13, 111", "1, 207, 13", "1, 768, 3072", "2, 111, 207", "8, 768, 13",
    "8, 13, 207", "8, 1600, 5", "9, 13, 1", "13, 207, 111", "66, 64, 70", "13, 40, 1111"
  })
  void ffn(int t, int channels, int hidden) {
    for (WeightType type : WeightType.values()) {
      KernelChecks.ffn(bench, new Shape(t, channels, hidden), type, Nonlinearity.GELU_TANH);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 13", "3, 111", "13, 207", "111, 13", "2, 768", "5, 1600"})
  void layerNorm(int rows, int channels) {
    KernelChecks.layerNorm(bench, rows, channels);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 13", "3, 111", "13, 207", "111, 13", "2, 768", "5, 1600"})
  void embed(int count, int channels) {
    for (WeightType type : WeightType.values()) {
      KernelChecks.embed(bench, count, channels, type);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "13, 111", "111, 13", "207, 1", "33, 64", "70, 300"})
  void pack(int n, int k) {
    for (WeightType from : WeightType.values()) {
      for (WeightType to : WeightType.values()) {
        KernelChecks.pack(bench, n, k, from, to);
      }
    }
  }

  @Test
  void whatIsLoadedIsTheNewestThatFits() {
    int capability = bench.capability();
    int expected = capability >= 90 ? 90 : capability >= 80 ? 80 : 75;
    assertEquals(expected, bench.kernels.architecture());
  }
}
