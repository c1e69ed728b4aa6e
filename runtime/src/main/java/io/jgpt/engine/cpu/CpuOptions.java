package io.jgpt.engine.cpu;

import io.jgpt.error.JgptException;
import io.jgpt.model.DType;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a {@link CpuEngine} runs.
 *
 * @param dtype to hold the matrices in
 * @param threads at least 1
 * @param maxContext most tokens of one sequence: at least 1, at most the model's positions
 * @param cacheDirectory where int8 weights are kept from one start to the next; made if needed;
 *     where empty no file is written
 * @param warnings told of what is not as good as it could be, with the cure; nothing is thrown
 */
public record CpuOptions(
    DType dtype,
    int threads,
    int maxContext,
    Optional<Path> cacheDirectory,
    Consumer<? super JgptException> warnings) {

  public CpuOptions {
    Objects.requireNonNull(dtype, "dtype");
    Objects.requireNonNull(cacheDirectory, "cacheDirectory");
    Objects.requireNonNull(warnings, "warnings");
    if (threads < 1) {
      throw new IllegalArgumentException("threads " + threads + ", at least 1");
    }
    if (maxContext < 1) {
      throw new IllegalArgumentException("maxContext " + maxContext + ", at least 1");
    }
  }
}
