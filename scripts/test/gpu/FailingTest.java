package io.jgpt.engine.cuda.stray;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("cuda")
final class FailingTest {
  @Test
  void passes() {}

  @Test
  void fails() {
    throw new AssertionError("this is wrong");
  }
}
