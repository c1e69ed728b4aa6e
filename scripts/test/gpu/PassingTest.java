package io.jgpt.engine.cuda.kernel;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("cuda")
final class PassingTest {
  @Test
  void passes() {}

  @Test
  void passesToo() {}

  @Tag("cudasim")
  @Test
  void needsTheSimulator() {
    throw new AssertionError("not to be run here");
  }
}
