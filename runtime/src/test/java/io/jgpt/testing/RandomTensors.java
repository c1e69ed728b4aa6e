package io.jgpt.testing;

import io.jgpt.model.DType;
import io.jgpt.model.FloatElements;
import io.jgpt.model.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;

/** Normally distributed values. */
public final class RandomTensors {

  private RandomTensors() {}

  /** Of deviation 1. */
  public static float[] normal(Random random, int count) {
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  /** Of the given deviation, rounded to {@code dtype}. */
  public static Tensor tensor(Random random, DType dtype, double deviation, int... shape) {
    long[] dims = Stream.of(shape).flatMapToInt(Arrays::stream).asLongStream().toArray();
    int count = 1;
    for (int dim : shape) {
      count *= dim;
    }
    MemorySegment data = Arena.ofAuto().allocate((long) count * dtype.bytes(), 64);
    for (int i = 0; i < count; i++) {
      FloatElements.write((float) (deviation * random.nextGaussian()), dtype, data, i);
    }
    return new Tensor("random", dtype, dims, data.asReadOnly());
  }
}
