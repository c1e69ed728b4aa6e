package io.jgpt.engine.cpu;

import io.jgpt.error.DeviceException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All matrices of a model quantized to int8: taken from the cache directory, or made now and put
 * there.
 */
final class QuantizedMatrices implements AutoCloseable {

  /** Each matrix starts on a cache line, in memory and in the file. */
  private static final long ALIGNMENT = 64;

  private final Arena arena = Arena.ofShared();
  private final List<Int8Weights> matrices = new ArrayList<>();

  private QuantizedMatrices() {}

  /** Quantizes each matrix, unless the cache directory holds the result already. */
  static QuantizedMatrices of(
      List<CpuWeights.Matrix> matrices, NativeMemory memory, CpuOptions options) {
    var quantized = new QuantizedMatrices();
    try (var workers = new WorkerThreads(options.threads())) {
      quantized.read(matrices, workers, memory, options);
      return quantized;
    } catch (RuntimeException | Error e) {
      quantized.close();
      throw e;
    }
  }

  private void read(
      List<CpuWeights.Matrix> matrices,
      WorkerThreads workers,
      NativeMemory memory,
      CpuOptions options) {
    long size = bytes(matrices);
    if (options.cacheDirectory().isEmpty()) {
      quantize(matrices, workers, memory.allocateForStreaming("int8 weights", size, arena));
      return;
    }
    var cache = new QuantizationCache(options.cacheDirectory().get(), matrices, workers);
    Optional<MemorySegment> cached = cache.read(size, arena);
    if (cached.isPresent()) {
      slice(matrices, cached.get());
      return;
    }
    MemorySegment block = memory.allocateForStreaming("int8 weights", size, arena);
    quantize(matrices, workers, block);
    try {
      cache.write(block);
    } catch (IOException e) {
      Path directory = options.cacheDirectory().get();
      options.warnings().accept(new DeviceException(e, "engine.cache", directory, e.toString()));
    }
  }

  private void quantize(
      List<CpuWeights.Matrix> sources, WorkerThreads workers, MemorySegment block) {
    slice(sources, block);
    for (int i = 0; i < sources.size(); i++) {
      CpuWeights.Matrix source = sources.get(i);
      Int8Weights matrix = matrices.get(i);
      workers.run(
          matrix.groups(),
          (group, worker) -> matrix.quantize(source.weight(), source.outIn(), group));
    }
  }

  /** One after the other, for each its scales, then its values. */
  private void slice(List<CpuWeights.Matrix> sources, MemorySegment block) {
    long at = 0;
    for (CpuWeights.Matrix source : sources) {
      long scales = aligned(4L * source.out());
      long values = (long) source.in() * source.out();
      matrices.add(
          new Int8Weights(
              source.in(),
              source.out(),
              block.asSlice(at + scales, values),
              block.asSlice(at, 4L * source.out())));
      at += scales + aligned(values);
    }
  }

  /** Size of all matrices in the form of {@link #slice}. */
  static long bytes(List<CpuWeights.Matrix> matrices) {
    return matrices.stream()
        .mapToLong(m -> aligned(4L * m.out()) + aligned((long) m.in() * m.out()))
        .sum();
  }

  private static long aligned(long bytes) {
    return Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
  }

  /** Valid until this is closed. */
  Int8Weights get(int i) {
    return matrices.get(i);
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
