package io.jgpt.engine.cuda;

import io.jgpt.model.DType;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * How a CUDA engine runs.
 *
 * @param ordinal of the device, as CUDA counts them
 * @param dtype to hold weights, keys and values in: F32, BF16 or F16
 * @param maxContext most tokens of one sequence: at least 1, at most the model's positions
 * @param kvTokens for how many tokens the KV pool has room, at least {@code maxContext}; empty
 *     leaves it to the engine
 */
public record CudaOptions(int ordinal, DType dtype, int maxContext, OptionalLong kvTokens) {

  public CudaOptions {
    Objects.requireNonNull(dtype, "dtype");
    Objects.requireNonNull(kvTokens, "kvTokens");
    if (ordinal < 0) {
      throw new IllegalArgumentException("ordinal " + ordinal + ", at least 0");
    }
    if (maxContext < 1) {
      throw new IllegalArgumentException("maxContext " + maxContext + ", at least 1");
    }
    if (kvTokens.orElse(maxContext) < maxContext) {
      throw new IllegalArgumentException(
          "kvTokens " + kvTokens.getAsLong() + ", at least " + maxContext);
    }
  }
}
