package io.jgpt.engine.cuda.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jgpt.error.DeviceException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * What the driver has and JCuda 12.6 lacks, each call where this driver has it. May be touched only
 * where {@link CudaDriver#availability} is {@link CudaDriver.Available}. Types and sizes are those
 * of CUDA's {@code cuda.h}; handles are longs.
 */
final class ForeignCalls {

  private static final SymbolLookup DRIVER =
      SymbolLookup.libraryLookup(CudaDriver.LIBRARY, Arena.global());

  /** {@code cuLaunchKernelEx}, since 11.8. */
  static final Optional<MethodHandle> LAUNCH_KERNEL_EX =
      find(
          "cuLaunchKernelEx",
          ADDRESS, // const CUlaunchConfig *
          JAVA_LONG, // function
          JAVA_LONG, // void **kernelParams
          JAVA_LONG); // void **extra

  /** {@code cuMemPoolSetAttribute}, since 11.2. */
  static final Optional<MethodHandle> MEM_POOL_SET_ATTRIBUTE =
      find(
          "cuMemPoolSetAttribute",
          JAVA_LONG, // pool
          JAVA_INT, // attribute
          ADDRESS); // void *value

  /** {@code cuTensorMapEncodeTiled}, since 12.0. */
  static final Optional<MethodHandle> TENSOR_MAP_ENCODE_TILED =
      find(
          "cuTensorMapEncodeTiled",
          ADDRESS, // CUtensorMap *: 128 bytes, 64-byte aligned
          JAVA_INT, // data type
          JAVA_INT, // rank
          JAVA_LONG, // global address
          ADDRESS, // const uint64_t globalDim[rank]
          ADDRESS, // const uint64_t globalStrides[rank - 1]
          ADDRESS, // const uint32_t boxDim[rank]
          ADDRESS, // const uint32_t elementStrides[rank]
          JAVA_INT, // interleave
          JAVA_INT, // swizzle
          JAVA_INT, // L2 promotion
          JAVA_INT); // fill out of bounds

  /** {@code CUlaunchConfig}. */
  static final MemoryLayout LAUNCH_CONFIG =
      MemoryLayout.structLayout(
          JAVA_INT.withName("gridDimX"),
          JAVA_INT.withName("gridDimY"),
          JAVA_INT.withName("gridDimZ"),
          JAVA_INT.withName("blockDimX"),
          JAVA_INT.withName("blockDimY"),
          JAVA_INT.withName("blockDimZ"),
          JAVA_INT.withName("sharedMemBytes"),
          MemoryLayout.paddingLayout(4),
          JAVA_LONG.withName("hStream"),
          ADDRESS.withName("attrs"),
          JAVA_INT.withName("numAttrs"),
          MemoryLayout.paddingLayout(4));

  /** {@code CUlaunchAttribute}: an id, and a union of 64 bytes that begins with integers. */
  static final MemoryLayout LAUNCH_ATTRIBUTE =
      MemoryLayout.structLayout(
          JAVA_INT.withName("id"),
          MemoryLayout.paddingLayout(4),
          MemoryLayout.sequenceLayout(16, JAVA_INT).withName("value"));

  static final int ATTRIBUTE_CLUSTER_DIMENSION = 4;
  static final int ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION = 6;

  static final int MEMPOOL_ATTRIBUTE_RELEASE_THRESHOLD = 4;

  private ForeignCalls() {}

  private static Optional<MethodHandle> find(String name, MemoryLayout... arguments) {
    var function = FunctionDescriptor.of(JAVA_INT, arguments);
    return DRIVER.find(name).map(call -> Linker.nativeLinker().downcallHandle(call, function));
  }

  /**
   * The call, for who cannot do without it.
   *
   * @throws DeviceException if this driver does not have it
   */
  static MethodHandle require(Optional<MethodHandle> call, String name) {
    return call.orElseThrow(() -> new DeviceException("cuda.missing-call", name));
  }

  /** The code that the driver returns. */
  static int launch(MethodHandle call, MemorySegment config, long function, long arguments) {
    try {
      return (int) call.invokeExact(config, function, arguments, 0L);
    } catch (Throwable e) {
      throw new AssertionError("cuLaunchKernelEx has no exceptions", e);
    }
  }

  /**
   * Sets how much freed memory a pool keeps instead of giving it back to the device.
   *
   * @return the code that the driver returns
   */
  static int setReleaseThreshold(MethodHandle call, long pool, long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocateFrom(JAVA_LONG, bytes);
      return (int) call.invokeExact(pool, MEMPOOL_ATTRIBUTE_RELEASE_THRESHOLD, value);
    } catch (Throwable e) {
      throw new AssertionError("cuMemPoolSetAttribute has no exceptions", e);
    }
  }
}
