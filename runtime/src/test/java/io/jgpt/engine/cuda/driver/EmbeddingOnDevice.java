package io.jgpt.engine.cuda.driver;

import static io.jgpt.engine.cuda.driver.TestDevice.C;
import static io.jgpt.engine.cuda.driver.TestDevice.T;
import static io.jgpt.engine.cuda.driver.TestDevice.V;

/**
 * Everything that the embedding kernel needs, opened through one context: a step of the gate's use
 * from end to end. The context closes it.
 */
final class EmbeddingOnDevice {

  final CudaStream stream;
  final CudaFunction function;
  final KernelArguments arguments;
  final LaunchShape shape = LaunchShape.of(T, 128);
  final DeviceBuffer tokens;
  final DeviceBuffer out;
  final DeviceBuffer positions;
  final DeviceBuffer wte;
  final DeviceBuffer wpe;
  final float[] tokenTable = TestDevice.floats(1, V * C);
  final float[] positionTable = TestDevice.floats(2, V * C);

  EmbeddingOnDevice(CudaContext context) {
    stream = context.newStream("steps");
    CudaModule module = context.loadModule("embed", TestDevice.ptx("embed"));
    function = module.function("embed_f32");
    arguments = function.newArguments();
    tokens = TestDevice.upload(context, stream, "tokens", new int[] {5, 0, 6});
    positions = TestDevice.upload(context, stream, "positions", new int[] {0, 1, 2});
    wte = TestDevice.upload(context, stream, "wte", tokenTable);
    wpe = TestDevice.upload(context, stream, "wpe", positionTable);
    out = context.allocate("out", 4L * T * C);
  }

  void launch() {
    function.launch(stream, shape, put());
  }

  KernelArguments put() {
    return arguments
        .begin()
        .putAddress(tokens)
        .putAddress(positions)
        .putAddress(wte)
        .putAddress(wpe)
        .putAddress(out)
        .putInt(C)
        .putInt(C);
  }

  /** What the kernel is to compute for these tokens. */
  float[] expected(int... tokenIds) {
    float[] expected = new float[T * C];
    for (int t = 0; t < T; t++) {
      for (int c = 0; c < C; c++) {
        expected[t * C + c] = tokenTable[tokenIds[t] * C + c] + positionTable[t * C + c];
      }
    }
    return expected;
  }
}
