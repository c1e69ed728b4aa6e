package io.jgpt.model;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A named tensor, row-major, little-endian: a view that borrows its bytes from the file's mapping
 * and never frees them. Immutable.
 */
public final class Tensor {

  private final String name;
  private final DType dtype;
  private final long[] shape;
  private final MemorySegment data;

  /**
   * @param name as the file has it
   * @param dtype of the elements as stored
   * @param shape dimensions, outermost first
   * @param data read-only; not necessarily aligned
   * @throws IllegalArgumentException if {@code data} is not as large as the shape says: native code
   *     trusts it
   */
  public Tensor(String name, DType dtype, long[] shape, MemorySegment data) {
    this.name = name;
    this.dtype = dtype;
    this.shape = shape.clone();
    this.data = data;
    long bytes = dtype.bytes();
    for (long dimension : shape) {
      bytes = Math.multiplyExact(bytes, dimension);
    }
    if (bytes != data.byteSize()) {
      throw new IllegalArgumentException(this + " in " + data.byteSize() + " bytes");
    }
  }

  public String name() {
    return name;
  }

  public DType dtype() {
    return dtype;
  }

  /** Number of dimensions. */
  public int rank() {
    return shape.length;
  }

  /** Size of dimension {@code i}, outermost first. */
  public long dim(int i) {
    return shape[i];
  }

  /** All dimensions, outermost first; a copy. */
  public long[] shape() {
    return shape.clone();
  }

  /** Number of elements. */
  public long elements() {
    return data.byteSize() / dtype.bytes();
  }

  /** {@code elements() * dtype().bytes()} bytes; read-only; not necessarily aligned. */
  public MemorySegment data() {
    return data;
  }

  @Override
  public String toString() {
    return name + " " + dtype + Arrays.toString(shape);
  }
}
