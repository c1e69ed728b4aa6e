package io.jgpt.bench.peers;

import io.jgpt.engine.cuda.driver.CudaContext;
import io.jgpt.engine.cuda.driver.CudaEvent;
import io.jgpt.engine.cuda.driver.CudaStream;
import io.jgpt.engine.cuda.driver.DeviceBuffer;
import io.jgpt.model.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A GPU's roofs where there is no PyTorch to measure them: a large copy through the driver, large
 * matrix products through cuBLAS where that is.
 */
final class CardRoofs {

  private static final long MOST_BYTES = 1L << 32;
  private static final int COPIES = 15;
  private static final int SIZE = 8192;
  private static final int PRODUCTS = 5;

  private CardRoofs() {}

  static Roofs measure(int ordinal, boolean smoke) {
    try (CudaContext context = CudaContext.open(ordinal)) {
      long bytes = Math.min(smoke ? 1 << 20 : MOST_BYTES, context.memory().freeBytes() / 8);
      double copied = copy(context, bytes);
      Map<DType, Double> flops = new EnumMap<>(DType.class);
      Optional<Cublas> cublas = smoke ? Optional.empty() : Cublas.open();
      if (cublas.isPresent()) {
        try (Cublas library = cublas.get()) {
          flops.put(DType.BF16, multiply(context, library, DType.BF16, SIZE));
          flops.put(DType.F32, multiply(context, library, DType.F32, SIZE / 2));
        }
      }
      return new Roofs(
          copied,
          flops,
          "copies of %.3g GB through the driver, %s"
              .formatted(
                  bytes / 1e9,
                  cublas.isPresent() ? "products by cuBLAS" : "no cuBLAS here for products"));
    }
  }

  /** Bytes a second, those read and those written both counted. */
  private static double copy(CudaContext context, long bytes) {
    try (DeviceBuffer from = context.allocate("from", bytes);
        DeviceBuffer to = context.allocate("to", bytes);
        CudaStream stream = context.newStream("roofs");
        CudaEvent begin = context.newTimedEvent("begin");
        CudaEvent end = context.newTimedEvent("end")) {
      stream.fill(from, (byte) 1);
      List<Double> rates = new ArrayList<>();
      for (int i = -2; i < COPIES; i++) {
        stream.record(begin);
        stream.copy(to, from);
        stream.record(end);
        end.synchronize();
        if (i >= 0) {
          rates.add(2 * bytes / (end.millisSince(begin) / 1e3));
        }
      }
      return Speeds.median(rates.stream().sorted().toList());
    }
  }

  /** Operations a second of n x n x n products of random numbers: zeros would take less power. */
  private static double multiply(CudaContext context, Cublas cublas, DType dtype, int n) {
    long bytes = (long) n * n * dtype.bytes();
    try (Arena arena = Arena.ofConfined();
        DeviceBuffer a = context.allocate("a", bytes);
        DeviceBuffer b = context.allocate("b", bytes);
        DeviceBuffer c = context.allocate("c", bytes);
        CudaStream stream = context.newStream("operands")) {
      MemorySegment numbers = random(arena, dtype, bytes);
      stream.write(a, numbers);
      stream.write(b, numbers);
      List<Double> rates = new ArrayList<>();
      for (int i = -1; i < PRODUCTS; i++) {
        context.synchronize();
        long began = System.nanoTime();
        for (int j = 0; j < PRODUCTS; j++) {
          cublas.multiply(dtype, n, a.address(), b.address(), c.address());
        }
        context.synchronize();
        if (i >= 0) {
          rates.add(PRODUCTS * 2.0 * n * n * n / ((System.nanoTime() - began) / 1e9));
        }
      }
      return Speeds.median(rates.stream().sorted().toList());
    }
  }

  /** Uniform between -1 and 1. */
  private static MemorySegment random(Arena arena, DType dtype, long bytes) {
    MemorySegment numbers = arena.allocate(bytes, 64);
    var random = new SplittableRandom(1);
    for (long i = 0; i < bytes / dtype.bytes(); i++) {
      float value = (float) random.nextDouble(-1, 1);
      if (dtype == DType.F32) {
        numbers.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
      } else {
        short bits = (short) (Float.floatToRawIntBits(value) >> 16);
        numbers.setAtIndex(ValueLayout.JAVA_SHORT, i, bits);
      }
    }
    return numbers;
  }
}
