package io.jgpt.engine.cpu;

import static io.jgpt.engine.EngineFixture.logits;
import static io.jgpt.engine.EngineFixture.tokens;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.jgpt.engine.PropertySuite;
import io.jgpt.model.DType;
import io.jgpt.testing.RandomModel;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The suite on every set of operators, and what threads must not change. */
class CpuEngineTest extends PropertySuite {

  @Override
  protected List<CpuUnderTest> engines() {
    return CpuUnderTest.all();
  }

  static Stream<Arguments> setsAndTypes() {
    return OperatorSets.all().stream()
        .flatMap(set -> Stream.of(DType.values()).map(dtype -> Arguments.of(set, dtype)));
  }

  @ParameterizedTest
  @MethodSource("setsAndTypes")
  void theNumberOfThreadsDoesNotChangeABit(OperatorSets.Named set, DType dtype) {
    var model = RandomModel.small(10);
    int[] ids = tokens(11, 77, model.config().vocabSize());
    float[] expected;
    try (var engine = CpuEngineFixture.open(model, set, dtype, 1)) {
      expected = logits(engine, ids);
    }
    for (int threads = 2; threads <= 4; threads++) {
      try (var engine = CpuEngineFixture.open(model, set, dtype, threads)) {
        assertArrayEquals(expected, logits(engine, ids), threads + " threads");
      }
    }
  }
}
