package io.jgpt.engine.cuda;

import io.jgpt.engine.Engine;
import io.jgpt.engine.EngineUnderTest;
import io.jgpt.engine.KvSequence;
import io.jgpt.model.DType;
import io.jgpt.model.Gpt2Config;
import io.jgpt.model.Gpt2Weights;
import java.util.EnumSet;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;

/** The CUDA engine on the first device, its pages in an order of no meaning. */
final class CudaUnderTest implements EngineUnderTest {

  private static final byte ALL_BITS = -1; // NaN in every type

  @Override
  public Set<DType> types() {
    return EnumSet.of(DType.F32, DType.BF16, DType.F16);
  }

  @Override
  public CudaEngine open(Gpt2Config config, Gpt2Weights weights, DType dtype) {
    return CudaEngine.open(config, weights, options(config, dtype), CudaUnderTest::shuffled);
  }

  static CudaOptions options(Gpt2Config config, DType dtype) {
    return new CudaOptions(0, dtype, config.nPositions(), OptionalLong.empty());
  }

  /** The same for the same number. */
  static int[] shuffled(int pages) {
    int[] order = new int[pages];
    var random = new Random(pages);
    for (int i = 0; i < pages; i++) {
      int other = random.nextInt(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
    return order;
  }

  @Override
  public void poison(Engine engine, KvSequence sequence) {
    var cuda = (CudaEngine) engine;
    cuda.stream().fill(cuda.pageMemory(), ALL_BITS);
    cuda.stream().synchronize();
  }

  @Override
  public long held() {
    return Simulator.liveBytes() + Simulator.liveObjects();
  }

  @Override
  public String toString() {
    return "cuda";
  }
}
