package io.jgpt.engine.cuda.stray;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("cuda")
final class DyingTest {
  @Test
  void dies() {
    Runtime.getRuntime().halt(77);
  }
}
