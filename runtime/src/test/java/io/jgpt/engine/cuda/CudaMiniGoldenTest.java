package io.jgpt.engine.cuda;

import io.jgpt.engine.GoldenSuite;
import io.jgpt.testing.GoldenModel;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;

/**
 * The suite on a CUDA device, with the one model that is not tiny. Its tag {@code mini} keeps it
 * from cudasim's checked variant, which takes minutes where the fast one takes seconds.
 */
@Tag("cuda")
@Tag("mini")
class CudaMiniGoldenTest extends GoldenSuite {

  static boolean isMini(GoldenModel model) {
    return model.path().endsWith("mini");
  }

  @Override
  protected List<CudaUnderTest> engines() {
    return List.of(new CudaUnderTest());
  }

  @Override
  protected Stream<GoldenModel> models() {
    return GoldenModel.all().stream().filter(CudaMiniGoldenTest::isMini);
  }
}
