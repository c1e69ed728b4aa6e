package io.jgpt.engine.cuda.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jgpt.engine.cuda.driver.CudaContext;
import io.jgpt.engine.cuda.driver.CudaStream;
import io.jgpt.engine.cuda.driver.DeviceBuffer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;

/** A device with kernels and a stream, and memory for one test of a kernel. */
final class KernelBench implements AutoCloseable {

  /** Floats behind an output, to be left alone. */
  private static final int GUARD = 32;

  private static final float PATTERN = 12345.678f;

  final CudaStream stream;
  final KernelSet kernels;
  final SplitSpace space;
  final Random random = new Random(11);
  private final CudaContext context;
  private final Deque<DeviceBuffer> buffers = new ArrayDeque<>();

  KernelBench() {
    context = CudaContext.open(0);
    try {
      stream = context.newStream("test");
      kernels = KernelSet.open(context);
      DeviceBuffer parts = context.allocate("parts", SplitSpace.PARTS_BYTES);
      DeviceBuffer arrived = context.allocate("arrived", SplitSpace.ARRIVED_BYTES);
      stream.fill(arrived, (byte) 0);
      space = new SplitSpace(parts, arrived);
    } catch (RuntimeException | Error e) {
      context.close();
      throw e;
    }
  }

  int capability() {
    return context.device().computeCapability();
  }

  DeviceBuffer floats(String name, float[] values) {
    return upload(name, MemorySegment.ofArray(values));
  }

  DeviceBuffer ints(String name, int[] values) {
    return upload(name, MemorySegment.ofArray(values));
  }

  DeviceBuffer upload(String name, MemorySegment values) {
    DeviceBuffer buffer = allocate(name, values.byteSize());
    stream.write(buffer, values);
    return buffer;
  }

  DeviceBuffer allocate(String name, long bytes) {
    DeviceBuffer buffer = context.allocate(name, bytes);
    buffers.push(buffer);
    return buffer;
  }

  /** Room for {@code count} floats, nothing in it, with a guard behind. */
  DeviceBuffer output(int count) {
    float[] pattern = new float[GUARD];
    Arrays.fill(pattern, PATTERN);
    DeviceBuffer buffer = allocate("out", 4L * (count + GUARD));
    stream.write(buffer.slice(4L * count, 4L * GUARD), MemorySegment.ofArray(pattern));
    return buffer;
  }

  /** What a kernel left in an {@link #output}. */
  float[] result(DeviceBuffer output) {
    float[] all = download(output);
    int count = all.length - GUARD;
    for (int i = count; i < all.length; i++) {
      assertEquals(PATTERN, all[i], "behind the output, at " + (i - count));
    }
    return Arrays.copyOf(all, count);
  }

  float[] download(DeviceBuffer buffer) {
    float[] values = new float[Math.toIntExact(buffer.bytes() / 4)];
    stream.read(MemorySegment.ofArray(values), buffer);
    return values;
  }

  byte[] bytes(DeviceBuffer buffer) {
    byte[] values = new byte[Math.toIntExact(buffer.bytes())];
    stream.read(MemorySegment.ofArray(values), buffer);
    return values;
  }

  /** The values as a matrix [n][k] of a type, in the form that kernels read. */
  WeightMatrix matrix(WeightType type, float[] values, int n, int k) {
    int stride = Math.ceilDiv(k, 8) * 8;
    byte[] data = new byte[Math.toIntExact(WeightMatrix.bytes(type, n, k))];
    for (int row = 0; row < n; row++) {
      byte[] packed = encoded(type, values, row * k, k);
      System.arraycopy(packed, 0, data, row * stride * type.bytes(), packed.length);
    }
    return new WeightMatrix(upload("weights", MemorySegment.ofArray(data)), type, n, k);
  }

  /** Values in their order, as a file holds them. */
  static byte[] encoded(WeightType type, float[] values, int first, int count) {
    byte[] data = new byte[count * type.bytes()];
    MemorySegment to = MemorySegment.ofArray(data);
    for (int i = 0; i < count; i++) {
      float x = values[first + i];
      switch (type) {
        case F32 -> to.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i, x);
        case F16 -> to.set(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i, Float.floatToFloat16(x));
        case BF16 -> to.set(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i, bfloat16(x));
      }
    }
    return data;
  }

  /** To nearest, ties to even. */
  private static short bfloat16(float x) {
    int bits = Float.floatToRawIntBits(x);
    return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
  }

  /** What a value becomes in a type. */
  static float rounded(WeightType type, float x) {
    return switch (type) {
      case F32 -> x;
      case F16 -> Float.float16ToFloat(Float.floatToFloat16(x));
      case BF16 -> Float.intBitsToFloat(bfloat16(x) << 16);
    };
  }

  static float[] rounded(WeightType type, float[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = rounded(type, values[i]);
    }
    return result;
  }

  /** Frees the memory of a test. */
  void clear() {
    while (!buffers.isEmpty()) {
      buffers.pop().close();
    }
  }

  @Override
  public void close() {
    clear();
    kernels.close();
    context.close();
  }
}
