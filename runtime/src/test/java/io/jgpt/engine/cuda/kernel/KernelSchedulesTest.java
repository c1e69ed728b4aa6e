package io.jgpt.engine.cuda.kernel;

import static io.jgpt.testing.RandomTensors.normal;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jgpt.engine.cuda.Simulator;
import io.jgpt.engine.cuda.driver.DeviceBuffer;
import io.jgpt.engine.cuda.kernel.KernelChecks.Form;
import io.jgpt.engine.cuda.kernel.KernelChecks.Shape;
import io.jgpt.error.DeviceException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The kernels on small shapes under several schedules: what depends on the order in which threads
 * and blocks happen to run is a finding, which fails the launch, or another result.
 */
@Tag("cudasim")
class KernelSchedulesTest {

  @AfterEach
  void reset() {
    Simulator.reset();
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 3, 5, 7, 11, 13, 17, 19})
  void everyScheduleGivesTheSameResults(long seed) {
    Simulator.setSeed(seed);
    try (var bench = new KernelBench()) {
      for (WeightType type : WeightType.values()) {
        for (int t : new int[] {1, 7, 13}) {
          // 520: warps share a row, and blocks a tile.
          linear(bench, new Shape(t, 520, 13), type, Form.IN_PLACE);
          linear(bench, new Shape(t, 111, 207), type, Form.BIAS);
          KernelChecks.ffn(bench, new Shape(t, 13, 520), type, Nonlinearity.GELU_ERF);
          KernelChecks.embed(bench, t, 111, type);
        }
        linear(bench, new Shape(1, 1, 1), type, Form.BARE);
        linear(
            bench, new Shape(7, 520, 207), type, Form.BARE); // more rows than blocks take at once
      }
      KernelChecks.layerNorm(bench, 13, 207);
      KernelChecks.pack(bench, 13, 70, WeightType.F16, WeightType.BF16);
    }
  }

  private static void linear(KernelBench bench, Shape shape, WeightType type, Form form) {
    KernelChecks.linear(bench, shape, type, Nonlinearity.IDENTITY, form);
  }

  /** One block for all tiles of a band: as where a matrix has more of them than a grid can. */
  @ParameterizedTest
  @ValueSource(longs = {2, 3, 5})
  void aBlockTransposesTilesInTurn(long seed) {
    Simulator.setSeed(seed);
    int n = 111;
    int k = 32;
    try (var bench = new KernelBench()) {
      float[] values = normal(bench.random, n * k);
      float[] turned = new float[n * k];
      for (int i = 0; i < values.length; i++) {
        turned[i % k * n + i / k] = values[i];
      }
      byte[] expected = bench.bytes(bench.matrix(WeightType.BF16, values, n, k).data());
      DeviceBuffer to = bench.allocate("weights", expected.length);
      Kernel kernel =
          bench.kernels.kernel(KernelFamily.PACK_TRANSPOSED, WeightType.F32, WeightType.BF16);
      kernel
          .begin()
          .putAddress(bench.floats("file", turned))
          .putAddress(to)
          .putInt(k)
          .putInt(n)
          .putInt(k)
          .putInt(0);
      kernel.launch(bench.stream, 1, LaunchTable.PACK_THREADS);
      assertArrayEquals(expected, bench.bytes(to));
    }
  }

  /** As after a launch that stopped halfway: who comes last would not be told. */
  @Test
  void aCounterThatIsNotAtRestIsFound() {
    try (var bench = new KernelBench()) {
      bench.stream.fill(bench.space.arrived(), (byte) 1);
      long before = Simulator.findings();
      assertThrows(
          DeviceException.class,
          () -> linear(bench, new Shape(13, 520, 13), WeightType.F32, Form.BARE));
      assertEquals(before + 1, Simulator.findings());
    }
  }
}
