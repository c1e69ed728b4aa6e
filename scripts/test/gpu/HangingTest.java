package io.jgpt.engine.cuda.stray;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("cuda")
final class HangingTest {
  @Test
  void hangs() throws InterruptedException {
    Thread.sleep(600_000);
  }
}
