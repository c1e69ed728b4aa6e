package io.jgpt.engine.cuda.driver;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("cuda")
final class OtherTest {
  @Test
  void passes() {}
}
