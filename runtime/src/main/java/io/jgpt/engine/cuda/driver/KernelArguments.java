package io.jgpt.engine.cuda.driver;

import io.jgpt.engine.cuda.driver.Ptx.Parameter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * The arguments of one kernel, put in order and checked against the parameters that its PTX
 * declares. Filled anew for each launch, it makes no Java objects; the driver copies the values
 * when the kernel is launched.
 *
 * <pre>{@code
 * gemv.launch(stream, shape, arguments.begin().putAddress(x).putAddress(w).putInt(rows));
 * }</pre>
 *
 * <p>In native memory, as {@code cuLaunchKernel} reads it:
 *
 * <pre>
 *   void *pointers[n]  +----+----+----+        each to its value
 *                      | *  | *  | *  |
 *                      +-|--+-|--+-|--+
 *   values[n]          | u64 | f32 . | u32 . |  8 bytes each, the first ones used
 *                      +-----+-------+-------+
 * </pre>
 */
public final class KernelArguments {

  private static final ValueLayout.OfLong ADDRESS = ValueLayout.JAVA_LONG;

  private final String kernel;
  private final Parameter[] parameters;
  private final MemorySegment values;
  private final HostPointer pointers;
  private int next;

  /**
   * @param arena for as long as the kernel's module
   */
  KernelArguments(String kernel, List<Parameter> parameters, Arena arena) {
    this.kernel = kernel;
    this.parameters = parameters.toArray(Parameter[]::new);
    int n = this.parameters.length;
    MemorySegment array = arena.allocate(ADDRESS, Math.max(1, n));
    values = arena.allocate(ADDRESS, Math.max(1, n));
    for (int i = 0; i < n; i++) {
      array.setAtIndex(ADDRESS, i, values.address() + i * ADDRESS.byteSize());
    }
    pointers = HostPointer.to(array);
  }

  /** Starts over with the first parameter. */
  public KernelArguments begin() {
    next = 0;
    return this;
  }

  /** A pointer to device memory. */
  public KernelArguments putAddress(DeviceBuffer buffer) {
    return putAddress(buffer.address());
  }

  /** A pointer to device memory by its address; 0 is a null pointer. */
  public KernelArguments putAddress(long address) {
    require(expected().takesAddress, "an address");
    values.set(ADDRESS, offset(), address);
    return this;
  }

  /** Also for {@code unsigned}. */
  public KernelArguments putInt(int value) {
    require(expected().takesInt, "an int");
    values.set(ValueLayout.JAVA_INT, offset(), value);
    return this;
  }

  /** Also for {@code unsigned long long}. */
  public KernelArguments putLong(long value) {
    require(expected().takesLong, "a long");
    values.set(ValueLayout.JAVA_LONG, offset(), value);
    return this;
  }

  public KernelArguments putFloat(float value) {
    require(expected().takesFloat, "a float");
    values.set(ValueLayout.JAVA_FLOAT, offset(), value);
    return this;
  }

  public KernelArguments putDouble(double value) {
    require(expected().takesDouble, "a double");
    values.set(ValueLayout.JAVA_DOUBLE, offset(), value);
    return this;
  }

  /**
   * For the launch of {@code kernel}.
   *
   * @throws IllegalArgumentException if these are another kernel's arguments
   * @throws IllegalStateException if some are missing
   */
  HostPointer pointersFor(String kernel) {
    if (!kernel.equals(this.kernel)) {
      throw new IllegalArgumentException("arguments of " + this.kernel + " for " + kernel);
    }
    if (next != parameters.length) {
      throw new IllegalStateException(
          kernel + " takes " + parameters.length + " arguments, " + next + " are given");
    }
    return pointers;
  }

  private Parameter expected() {
    if (next == parameters.length) {
      throw new IllegalStateException(kernel + " takes no more than " + next + " arguments");
    }
    return parameters[next];
  }

  private void require(boolean fits, String given) {
    if (!fits) {
      throw new IllegalArgumentException(
          "parameter " + next + " of " + kernel + " is ." + parameters[next] + ", given " + given);
    }
  }

  private long offset() {
    return next++ * ADDRESS.byteSize();
  }
}
