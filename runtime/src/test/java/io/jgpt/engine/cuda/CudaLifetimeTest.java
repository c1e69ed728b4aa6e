package io.jgpt.engine.cuda;

import io.jgpt.engine.LifetimeSuite;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** The suite on a CUDA device. */
@Tag("cudasim")
class CudaLifetimeTest extends LifetimeSuite {

  @Override
  protected List<CudaUnderTest> engines() {
    return List.of(new CudaUnderTest());
  }
}
