package io.jgpt.engine.cuda.driver;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** What the tests of the gate run on a device: the embedding kernel, on data made by a seed. */
final class TestDevice {

  /** Rows of the kernel's output. */
  static final int T = 3;

  /** Floats of a row; a multiple of 8, so that rows need no padding. */
  static final int C = 40;

  /** Rows of the tables. */
  static final int V = 7;

  private TestDevice() {}

  /** The PTX of a file of kernels, in the edition that most devices run. */
  static String ptx(String file) {
    String path = "/io/jgpt/engine/cuda/kernel/ptx/sm_75/" + file + ".ptx";
    try (InputStream text = CudaDriver.class.getResourceAsStream(path)) {
      return new String(text.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static float[] floats(int seed, int count) {
    var random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat();
    }
    return values;
  }

  static DeviceBuffer upload(CudaContext context, CudaStream stream, String name, float[] values) {
    DeviceBuffer buffer = context.allocate(name, 4L * values.length);
    stream.write(buffer, MemorySegment.ofArray(values));
    return buffer;
  }

  static DeviceBuffer upload(CudaContext context, CudaStream stream, String name, int[] values) {
    DeviceBuffer buffer = context.allocate(name, 4L * values.length);
    stream.write(buffer, MemorySegment.ofArray(values));
    return buffer;
  }

  /** With chunks of so many bytes; their memory goes with the context. */
  static Staging staging(CudaContext context, int chunkBytes) {
    return Staging.open(
        context, context.allocate("chunk.0", chunkBytes), context.allocate("chunk.1", chunkBytes));
  }

  static float[] download(CudaStream stream, DeviceBuffer buffer) {
    float[] values = new float[Math.toIntExact(buffer.bytes() / 4)];
    stream.read(MemorySegment.ofArray(values), buffer);
    return values;
  }

  static void fill(PinnedBuffer buffer, float[] values) {
    MemorySegment.copy(values, 0, buffer.segment(), ValueLayout.JAVA_FLOAT, 0, values.length);
  }

  static float[] floats(PinnedBuffer buffer) {
    return buffer.segment().toArray(ValueLayout.JAVA_FLOAT);
  }
}
