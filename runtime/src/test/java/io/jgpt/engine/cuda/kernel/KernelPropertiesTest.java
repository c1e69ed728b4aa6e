package io.jgpt.engine.cuda.kernel;

import static io.jgpt.testing.RandomTensors.normal;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.jgpt.engine.cuda.driver.DeviceBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What must not change a byte: the batch around a token, the device's size, a fused norm. */
@Tag("cuda")
class KernelPropertiesTest {

  /** Rows of which two warps share one, by the launch table. */
  private static final int K = 520;

  private static final int N = 111;

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

  @ParameterizedTest
  @EnumSource
  void aTokenAloneIsTheTokenInABatch(WeightType type) {
    var operators = new LinearKernels(bench.kernels, type, bench.space);
    LinearLayer layer = layer(type);
    int tokens = LaunchTable.FEW_TOKENS;
    DeviceBuffer x = bench.floats("x", normal(bench.random, tokens * K));
    float[] together = linear(operators, x, tokens, layer);
    for (int t = 0; t < tokens; t++) {
      float[] alone = linear(operators, x.slice(4L * t * K, 4L * K), 1, layer);
      assertArrayEquals(Arrays.copyOfRange(together, t * N, (t + 1) * N), alone, "token " + t);
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "8", "70"})
  void theSizeOfTheDeviceChangesNothing(int tokens) {
    var type = WeightType.BF16;
    LinearLayer layer = layer(type);
    DeviceBuffer x = bench.floats("x", normal(bench.random, tokens * K));
    Norm norm = norm();
    float[][] linear = new float[2][];
    float[][] ffn = new float[2][];
    int[] sizes = {1, 132};
    for (int i = 0; i < sizes.length; i++) {
      var table = new LaunchTable(sizes[i]);
      linear[i] =
          linear(new LinearKernels(bench.kernels, type, bench.space, table), x, tokens, layer);
      ffn[i] = up(new FfnKernels(bench.kernels, type, bench.space, table), x, tokens, norm, layer);
    }
    assertArrayEquals(linear[0], linear[1]);
    assertArrayEquals(ffn[0], ffn[1]);
  }

  @ParameterizedTest
  @CsvSource({"1", "5", "70"})
  void aFusedNormIsTheNorm(int tokens) {
    var type = WeightType.F16;
    LinearLayer layer = layer(type);
    Norm norm = norm();
    DeviceBuffer x = bench.floats("x", normal(bench.random, tokens * K));
    DeviceBuffer normed = bench.allocate("normed", 4L * tokens * K);
    new LayerNormKernels(bench.kernels).normalize(bench.stream, x, tokens, norm, normed);
    // One part per tile, as the fused kernel has it.
    float[] apart =
        tokens <= LaunchTable.FEW_TOKENS
            ? linear(new LinearKernels(bench.kernels, type, bench.space), normed, tokens, layer)
            : unsplit(normed, tokens, layer);
    var operators = new FfnKernels(bench.kernels, type, bench.space);
    assertArrayEquals(apart, up(operators, x, tokens, norm, layer));
  }

  private static float[] unsplit(DeviceBuffer x, int tokens, LinearLayer layer) {
    Kernel gemm = bench.kernels.kernel(KernelFamily.GEMM, layer.weights().type());
    DeviceBuffer out = bench.output(tokens * N);
    gemm.begin()
        .putAddress(x)
        .putAddress(layer.weights().data())
        .putAddress(layer.biasAddress())
        .putAddress(0)
        .putAddress(out)
        .putAddress(bench.space.parts())
        .putAddress(bench.space.arrived())
        .putInt(tokens)
        .putInt(K)
        .putInt(layer.weights().rowStride())
        .putInt(N)
        .putInt(Nonlinearity.IDENTITY.code());
    int tile = LaunchTable.TILE;
    gemm.launch(
        bench.stream,
        LaunchTable.ceilDiv(tokens, tile),
        LaunchTable.ceilDiv(N, tile),
        1,
        LaunchTable.TILE_THREADS,
        0);
    return bench.result(out);
  }

  private static float[] linear(
      LinearKernels operators, DeviceBuffer x, int tokens, LinearLayer layer) {
    DeviceBuffer out = bench.output(tokens * N);
    operators.linear(bench.stream, x, tokens, layer, out);
    return bench.result(out);
  }

  private static float[] up(
      FfnKernels operators, DeviceBuffer x, int tokens, Norm norm, LinearLayer layer) {
    DeviceBuffer out = bench.output(tokens * N);
    operators.up(bench.stream, x, tokens, norm, layer, Nonlinearity.IDENTITY, out);
    return bench.result(out);
  }

  private static LinearLayer layer(WeightType type) {
    return new LinearLayer(
        bench.matrix(type, normal(bench.random, N * K), N, K),
        Optional.of(bench.floats("bias", normal(bench.random, N))));
  }

  private static Norm norm() {
    return new Norm(
        bench.floats("gain", normal(bench.random, K)),
        bench.floats("bias", normal(bench.random, K)),
        K,
        1e-5f);
  }
}
