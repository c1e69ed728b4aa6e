package io.jgpt.engine.cuda;

import io.jgpt.engine.BadInputSuite;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** The suite on a CUDA device. */
@Tag("cuda")
class CudaBadInputTest extends BadInputSuite {

  @Override
  protected List<CudaUnderTest> engines() {
    return List.of(new CudaUnderTest());
  }
}
