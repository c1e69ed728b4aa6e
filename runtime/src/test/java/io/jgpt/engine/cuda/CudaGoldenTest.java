package io.jgpt.engine.cuda;

import io.jgpt.engine.GoldenSuite;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** The suite on a CUDA device. */
@Tag("cuda")
class CudaGoldenTest extends GoldenSuite {

  @Override
  protected List<CudaUnderTest> engines() {
    return List.of(new CudaUnderTest());
  }
}
