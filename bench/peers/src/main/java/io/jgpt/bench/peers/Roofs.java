package io.jgpt.bench.peers;

import io.jgpt.model.DType;
import java.util.Map;

/**
 * What the hardware was seen to do.
 *
 * @param bytesPerSecond of a large copy (read and written bytes both count), or of reading
 * @param flopsPerSecond of a large matrix product in each dtype
 * @param source how they were measured
 */
record Roofs(double bytesPerSecond, Map<DType, Double> flopsPerSecond, String source) {

  /** Nothing is known: every share is NaN. */
  static final Roofs UNKNOWN = new Roofs(Double.NaN, Map.of(), "not measured");

  double flops(DType dtype) {
    return flopsPerSecond.getOrDefault(dtype, Double.NaN);
  }

  Map<String, Object> facts() {
    return Map.of(
        "bytes_per_s",
        bytesPerSecond,
        "bf16_flops_per_s",
        flops(DType.BF16),
        "f32_flops_per_s",
        flops(DType.F32),
        "source",
        source);
  }
}
