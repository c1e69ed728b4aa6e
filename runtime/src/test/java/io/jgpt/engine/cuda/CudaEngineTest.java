package io.jgpt.engine.cuda;

import static io.jgpt.engine.EngineFixture.append;
import static io.jgpt.engine.EngineFixture.tokens;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.jgpt.engine.KvSequence;
import io.jgpt.engine.PropertySuite;
import io.jgpt.model.DType;
import io.jgpt.testing.RandomModel;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The suite on a CUDA device. */
@Tag("cuda")
class CudaEngineTest extends PropertySuite {

  @Override
  protected List<CudaUnderTest> engines() {
    return List.of(new CudaUnderTest());
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F32", "BF16", "F16"})
  void whereThePagesLieChangesNoByte(DType dtype) {
    float[][] inOrder = promptAndTokens(dtype, CudaEngineTest::inOrder);
    assertArrayEquals(inOrder, promptAndTokens(dtype, CudaEngineTest::backwards));
    assertArrayEquals(inOrder, promptAndTokens(dtype, CudaUnderTest::shuffled));
  }

  private static int[] inOrder(int pages) {
    return IntStream.range(0, pages).toArray();
  }

  private static int[] backwards(int pages) {
    return IntStream.range(0, pages).map(page -> pages - 1 - page).toArray();
  }

  /** Logits of a prompt of three pages, and of tokens behind it; another sequence in between. */
  private static float[][] promptAndTokens(DType dtype, IntFunction<int[]> order) {
    var model = RandomModel.small(22);
    var options = CudaUnderTest.options(model.config(), dtype);
    try (var engine = CudaEngine.open(model.config(), model.weights(), options, order);
        KvSequence sequence = engine.newSequence(97);
        KvSequence other = engine.newSequence(97)) {
      float[][] logits = new float[4][];
      logits[0] = append(engine, sequence, tokens(1, 62, engine.vocabSize()));
      append(engine, other, tokens(2, 40, engine.vocabSize()));
      for (int i = 1; i < logits.length; i++) {
        logits[i] = append(engine, sequence, i);
      }
      return logits;
    }
  }
}
