package io.jgpt.engine;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.provider.Arguments;

/** Tests of what every engine promises. A class per kind of device runs them on its engines. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class EngineSuite {

  /** Fresh ones, that hold nothing yet. */
  protected abstract List<? extends EngineUnderTest> engines();

  final Stream<Arguments> enginesAndTypes() {
    return engines().stream()
        .flatMap(engine -> engine.types().stream().map(dtype -> Arguments.of(engine, dtype)));
  }
}
