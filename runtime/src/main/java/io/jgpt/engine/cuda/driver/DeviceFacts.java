package io.jgpt.engine.cuda.driver;

import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_WARP_SIZE;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import jcuda.driver.CUdevice;
import jcuda.driver.JCudaDriver;

/**
 * What a device is, as the driver tells it.
 *
 * @param ordinal as CUDA counts devices, from 0
 * @param name as {@code NVIDIA H200}
 * @param major of the compute capability
 * @param minor of the compute capability
 * @param totalBytes of device memory
 * @param multiprocessors SMs
 * @param warpSize threads of a warp
 * @param maxThreadsPerBlock threads that a block may have
 * @param maxThreadsPerMultiprocessor threads that one SM holds at a time
 * @param sharedBytesPerBlock shared memory of a block without opting in
 * @param sharedBytesPerBlockOptin shared memory of a block with {@link
 *     CudaFunction#allowDynamicShared}
 * @param sharedBytesPerMultiprocessor shared memory of one SM
 * @param l2Bytes of the cache that all SMs share
 * @param cooperativeLaunch whether a grid may synchronise as a whole
 */
public record DeviceFacts(
    int ordinal,
    String name,
    int major,
    int minor,
    long totalBytes,
    int multiprocessors,
    int warpSize,
    int maxThreadsPerBlock,
    int maxThreadsPerMultiprocessor,
    int sharedBytesPerBlock,
    int sharedBytesPerBlockOptin,
    int sharedBytesPerMultiprocessor,
    long l2Bytes,
    boolean cooperativeLaunch) {

  private static final int LONGEST_NAME = 256;

  /** The compute capability as one number: 75, 80, 90. */
  public int computeCapability() {
    return 10 * major + minor;
  }

  /** The device as messages name it: {@code GPU 0 (NVIDIA H200)}. */
  public String label() {
    return String.format(Locale.ROOT, "GPU %d (%s)", ordinal, name);
  }

  /** Asks the driver, which must be initialised. */
  static DeviceFacts of(int ordinal) {
    var device = new CUdevice();
    DriverResult.require("cuDeviceGet", () -> JCudaDriver.cuDeviceGet(device, ordinal));
    byte[] name = new byte[LONGEST_NAME];
    DriverResult.require(
        "cuDeviceGetName", () -> JCudaDriver.cuDeviceGetName(name, name.length, device));
    long[] total = new long[1];
    DriverResult.require("cuDeviceTotalMem", () -> JCudaDriver.cuDeviceTotalMem(total, device));
    return new DeviceFacts(
        ordinal,
        untilZero(name),
        attribute(device, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR),
        attribute(device, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR),
        total[0],
        attribute(device, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT),
        attribute(device, CU_DEVICE_ATTRIBUTE_WARP_SIZE),
        attribute(device, CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK),
        attribute(device, CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR),
        attribute(device, CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK),
        attribute(device, CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN),
        attribute(device, CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR),
        attribute(device, CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE),
        attribute(device, CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH) != 0);
  }

  private static int attribute(CUdevice device, int attribute) {
    int[] value = new int[1];
    DriverResult.require(
        "cuDeviceGetAttribute", () -> JCudaDriver.cuDeviceGetAttribute(value, attribute, device));
    return value[0];
  }

  private static String untilZero(byte[] text) {
    int length = 0;
    while (length < text.length && text[length] != 0) {
      length++;
    }
    return new String(text, 0, length, StandardCharsets.UTF_8);
  }
}
