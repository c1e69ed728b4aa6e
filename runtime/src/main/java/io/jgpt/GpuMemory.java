package io.jgpt;

import io.jgpt.error.JgptException;
import io.jgpt.model.DType;
import java.util.Optional;

/**
 * What a model takes of a GPU's memory, in bytes: the arithmetic that decides whether it fits.
 *
 * @param dtype of weights, keys and values
 * @param contextLength most tokens of prompt and completion together
 * @param weightBytes of the weights
 * @param activationBytes of what a step computes on its way
 * @param stagingBytes of the chunks in which the weights arrive
 * @param kvBytes of the keys and values of all sequences together
 * @param kvTokens for how many tokens these have room
 * @param freeBytes of the GPU
 * @param shortage why it does not fit
 */
public record GpuMemory(
    DType dtype,
    int contextLength,
    long weightBytes,
    long activationBytes,
    long stagingBytes,
    long kvBytes,
    long kvTokens,
    long freeBytes,
    Optional<JgptException> shortage) {

  /** Of all of it. */
  public long totalBytes() {
    return weightBytes + activationBytes + stagingBytes + kvBytes;
  }
}
