package io.jgpt.engine.cuda.kernel;

import java.util.Locale;

/** Element type of weights, keys and values on the device. Everything else there is float32. */
public enum WeightType {
  F32(4),
  BF16(2),
  F16(2);

  private final int bytes;

  WeightType(int bytes) {
    this.bytes = bytes;
  }

  /** Size of one element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** How kernels name it: {@code bf16} in {@code gemv_bf16}. */
  String suffix() {
    return name().toLowerCase(Locale.ROOT);
  }
}
