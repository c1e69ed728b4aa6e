package io.jgpt.engine.cuda;

import io.jgpt.engine.GoldenSuite;
import io.jgpt.testing.GoldenModel;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;

/** The suite on a CUDA device, with all models but {@link CudaMiniGoldenTest}'s. */
@Tag("cuda")
class CudaGoldenTest extends GoldenSuite {

  @Override
  protected List<CudaUnderTest> engines() {
    return List.of(new CudaUnderTest());
  }

  @Override
  protected Stream<GoldenModel> models() {
    return GoldenModel.all().stream().filter(model -> !CudaMiniGoldenTest.isMini(model));
  }
}
