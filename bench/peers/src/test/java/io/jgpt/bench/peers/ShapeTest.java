package io.jgpt.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The costs against figures that were worked out by hand, and that the design stands on. */
final class ShapeTest {

  /** Megabytes of bf16 weights, and the floors at 4.3 TB/s and 790 TFLOP/s. */
  @ParameterizedTest
  @CsvSource({
    "124M,  247,  57.5,  66, 0.245",
    "355M,  708, 164.5, 188, 0.85",
    "774M, 1545, 359,   403, 1.96",
    "1.5B, 3112, 724,   797, 4.03"
  })
  void costsAreThoseOfTheDesign(
      String name, double megabytes, double token, double tokenAt1024, double prefill) {
    Shape shape = Shape.named(name);
    assertEquals(megabytes, shape.decodeBytes(2, 0) / 1e6, 0.005 * megabytes);
    assertEquals(token, shape.decodeBytes(2, 0) / 4.3e12 * 1e6, 0.01 * token);
    assertEquals(tokenAt1024, shape.decodeBytes(2, 1024) / 4.3e12 * 1e6, 0.01 * tokenAt1024);
    assertEquals(prefill, shape.prefillFlops(1024) / 790e12 * 1e3, 0.01 * prefill);
  }

  @Test
  void anUnknownNameIsRefusedWithThoseKnown() {
    var refused = assertThrows(IllegalArgumentException.class, () -> Shape.named("3B"));
    assertEquals(
        "model is 3B; it must be one of tiny, 124M, 355M, 774M, 1.5B", refused.getMessage());
  }
}
