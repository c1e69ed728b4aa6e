package io.jgpt.engine.cuda;

import io.jgpt.model.DType;
import io.jgpt.testing.RandomModel;

/** What the tests of the CUDA engine share. */
final class CudaEngineFixture {

  /** As few driver calls as a model can have: V 13, P 70, C 8, one layer of 2 heads, F 12. */
  static final RandomModel TINY =
      RandomModel.of(RandomModel.config(13, 70, 8, 1, 2, 12), DType.F32, 1);

  private CudaEngineFixture() {}

  static CudaEngine open(RandomModel model) {
    return open(model, DType.F32);
  }

  static CudaEngine open(RandomModel model, DType dtype) {
    return new CudaUnderTest().open(model.config(), model.weights(), dtype);
  }

  /** Bytes and objects of the driver that are not given back. */
  static long held() {
    return Simulator.liveBytes() + Simulator.liveObjects();
  }
}
