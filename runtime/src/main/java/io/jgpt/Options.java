package io.jgpt;

import io.jgpt.error.JgptException;
import io.jgpt.model.DType;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * How a model is opened. Immutable; each wither returns a changed copy.
 *
 * @param device where the model runs
 * @param dtype the weights are computed with; where absent, on a CPU as they are stored
 * @param threads of the engine; 0 takes one per available processor
 * @param maxContext most tokens of prompt and completion together; where absent, or above what the
 *     model can, as many as it can
 * @param cacheDirectory where quantized weights are kept from one start to the next; where absent
 *     no file is written
 * @param warnings told, by the thread that opens the model, of what is not as good as it could be
 */
public record Options(
    Device device,
    Optional<DType> dtype,
    int threads,
    OptionalInt maxContext,
    Optional<Path> cacheDirectory,
    Consumer<? super JgptException> warnings) {

  private static final String AUTO = "auto";

  /**
   * @throws IllegalArgumentException if a value is out of its range
   */
  public Options {
    Objects.requireNonNull(device, "device");
    Objects.requireNonNull(dtype, "dtype");
    Objects.requireNonNull(cacheDirectory, "cacheDirectory");
    Objects.requireNonNull(warnings, "warnings");
    if (threads < 0) {
      throw new IllegalArgumentException("threads is " + threads + "; it must be at least 0");
    }
    if (maxContext.isPresent() && maxContext.getAsInt() < 1) {
      throw new IllegalArgumentException(
          "maxContext is " + maxContext.getAsInt() + "; it must be at least 1");
    }
  }

  /** Everything by itself, nothing written, warnings dropped. */
  public static Options defaults() {
    return device(AUTO);
  }

  /**
   * The defaults on a device.
   *
   * @param device {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}
   */
  public static Options device(String device) {
    return new Options(
        Device.parse(device),
        Optional.empty(),
        0,
        OptionalInt.empty(),
        Optional.empty(),
        warning -> {});
  }

  public Options dtype(DType dtype) {
    return new Options(device, Optional.of(dtype), threads, maxContext, cacheDirectory, warnings);
  }

  /**
   * The dtype by its spelling.
   *
   * @param dtype {@code auto}, {@code f32}, {@code f16}, {@code bf16} or {@code int8}
   */
  public Options dtype(String dtype) {
    if (dtype.equals(AUTO)) {
      return new Options(device, Optional.empty(), threads, maxContext, cacheDirectory, warnings);
    }
    for (DType type : DType.values()) {
      if (type.name().toLowerCase(Locale.ROOT).equals(dtype)) {
        return dtype(type);
      }
    }
    throw new IllegalArgumentException(
        "dtype is " + dtype + "; it must be auto, f32, f16, bf16 or int8");
  }

  public Options threads(int threads) {
    return new Options(device, dtype, threads, maxContext, cacheDirectory, warnings);
  }

  public Options maxContext(int maxContext) {
    return new Options(
        device, dtype, threads, OptionalInt.of(maxContext), cacheDirectory, warnings);
  }

  /** The directory is made if needed. */
  public Options cacheDirectory(Path cacheDirectory) {
    return new Options(device, dtype, threads, maxContext, Optional.of(cacheDirectory), warnings);
  }

  /** Each warning is one line, with the cure; it is told, not thrown. */
  public Options warnings(Consumer<? super JgptException> warnings) {
    return new Options(device, dtype, threads, maxContext, cacheDirectory, warnings);
  }
}
