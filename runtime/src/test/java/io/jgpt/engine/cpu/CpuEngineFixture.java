package io.jgpt.engine.cpu;

import io.jgpt.model.DType;
import io.jgpt.model.Gpt2Config;
import io.jgpt.model.Gpt2Weights;
import io.jgpt.testing.RandomModel;
import java.util.Optional;

/** What the tests of the CPU engine share. */
final class CpuEngineFixture {

  private CpuEngineFixture() {}

  static CpuEngine open(RandomModel model, OperatorSets.Named set, DType dtype, int threads) {
    return open(model.config(), model.weights(), set, dtype, threads);
  }

  static CpuEngine open(
      Gpt2Config config, Gpt2Weights weights, OperatorSets.Named set, DType dtype, int threads) {
    var memory = new NativeMemory(() -> Long.MAX_VALUE);
    return CpuEngine.open(
        config, weights, options(config, dtype, threads), set.open(threads, memory), memory);
  }

  static CpuOptions options(Gpt2Config config, DType dtype, int threads) {
    return new CpuOptions(
        dtype,
        threads,
        config.nPositions(),
        Optional.empty(),
        warning -> {
          throw new AssertionError(warning);
        });
  }
}
