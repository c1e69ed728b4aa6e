package io.jgpt.engine.cuda.driver;

import static jcuda.driver.CUfunction_attribute.CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES;
import static jcuda.driver.CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES;
import static jcuda.driver.CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK;
import static jcuda.driver.CUfunction_attribute.CU_FUNC_ATTRIBUTE_NUM_REGS;
import static jcuda.driver.CUfunction_attribute.CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES;

import io.jgpt.engine.cuda.driver.Ptx.Parameter;
import io.jgpt.error.DeviceException;
import java.util.List;
import jcuda.CudaException;
import jcuda.Pointer;
import jcuda.driver.CUfunction;
import jcuda.driver.JCudaDriver;

/** A kernel of a module; it lives as long as the module. */
public final class CudaFunction {

  /** JCuda's handle; its address is for the calls that JCuda lacks. */
  static final class Handle extends CUfunction {

    long address() {
      return getNativePointer();
    }
  }

  private static final Pointer NO_EXTRA = null; // JCuda's word for the arguments' other form

  /**
   * What the driver's compiler made of a kernel.
   *
   * @param registers of a thread
   * @param localBytes of a thread: stack and spilled registers
   * @param sharedBytes of a block, that the kernel declares
   * @param maxThreadsPerBlock threads that a block may have
   */
  public record Attributes(
      int registers, int localBytes, int sharedBytes, int maxThreadsPerBlock) {}

  private final CudaModule module;
  private final String name;
  private final List<Parameter> parameters;
  private final Handle handle;

  CudaFunction(CudaModule module, String name, List<Parameter> parameters, Handle handle) {
    this.module = module;
    this.name = name;
    this.parameters = parameters;
    this.handle = handle;
  }

  public String name() {
    return name;
  }

  /** How many parameters the PTX declares. */
  public int parameterCount() {
    return parameters.size();
  }

  /** Memory for this kernel's arguments, to be kept and filled for each launch. */
  public KernelArguments newArguments() {
    module.use();
    return new KernelArguments(name, parameters, module.arena());
  }

  public Attributes attributes() {
    return new Attributes(
        attribute(CU_FUNC_ATTRIBUTE_NUM_REGS),
        attribute(CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES),
        attribute(CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES),
        attribute(CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK));
  }

  private int attribute(int attribute) {
    module.use();
    int[] value = new int[1];
    module
        .context()
        .call(
            "cuFuncGetAttribute",
            () -> name,
            () -> JCudaDriver.cuFuncGetAttribute(value, attribute, handle));
    return value[0];
  }

  /**
   * Allows blocks of this kernel more than 48 KiB of dynamic shared memory.
   *
   * @param bytes up to {@link DeviceFacts#sharedBytesPerBlockOptin} less what the kernel declares
   */
  public void allowDynamicShared(int bytes) {
    module.use();
    module
        .context()
        .call(
            "cuFuncSetAttribute",
            () -> name + ", " + ByteSize.text(bytes) + " of dynamic shared memory",
            () ->
                JCudaDriver.cuFuncSetAttribute(
                    handle, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, bytes));
  }

  /** How many blocks of that many threads and dynamic shared bytes one SM holds at a time. */
  public int blocksPerMultiprocessor(int threads, int dynamicSharedBytes) {
    module.use();
    int[] blocks = new int[1];
    module
        .context()
        .call(
            "cuOccupancyMaxActiveBlocksPerMultiprocessor",
            () -> name,
            () ->
                JCudaDriver.cuOccupancyMaxActiveBlocksPerMultiprocessor(
                    blocks, handle, threads, dynamicSharedBytes));
    return blocks[0];
  }

  /**
   * Queues the kernel. Makes no Java objects; the arguments may be filled anew at once.
   *
   * @param arguments from {@link #newArguments}, all of them put
   */
  public void launch(CudaStream stream, LaunchShape shape, KernelArguments arguments) {
    prepare(stream);
    HostPointer pointers = arguments.pointersFor(name);
    try {
      int result =
          JCudaDriver.cuLaunchKernel(
              handle,
              shape.gridX(),
              shape.gridY(),
              shape.gridZ(),
              shape.blockX(),
              shape.blockY(),
              shape.blockZ(),
              shape.dynamicSharedBytes(),
              stream.handle(),
              pointers,
              NO_EXTRA);
      if (result != 0) {
        throw failure("cuLaunchKernel", shape, DriverResult.of(result));
      }
    } catch (CudaException e) {
      throw failure("cuLaunchKernel", shape, DriverResult.of(e));
    }
  }

  /** As {@link #launch}; the whole grid is on the device at once and may synchronise. */
  public void launchCooperative(CudaStream stream, LaunchShape shape, KernelArguments arguments) {
    prepare(stream);
    HostPointer pointers = arguments.pointersFor(name);
    try {
      int result =
          JCudaDriver.cuLaunchCooperativeKernel(
              handle,
              shape.gridX(),
              shape.gridY(),
              shape.gridZ(),
              shape.blockX(),
              shape.blockY(),
              shape.blockZ(),
              shape.dynamicSharedBytes(),
              stream.handle(),
              pointers);
      if (result != 0) {
        throw failure("cuLaunchCooperativeKernel", shape, DriverResult.of(result));
      }
    } catch (CudaException e) {
      throw failure("cuLaunchCooperativeKernel", shape, DriverResult.of(e));
    }
  }

  /**
   * Prepares launches with attributes.
   *
   * @throws DeviceException {@code cuda.missing-call} if the driver has no such launches
   */
  public ExtendedLaunch newLaunch(
      CudaStream stream, LaunchShape shape, List<ExtendedLaunch.Attribute> attributes) {
    prepare(stream);
    return new ExtendedLaunch(this, stream, shape, attributes, module.arena());
  }

  void prepare(CudaStream stream) {
    module.use();
    stream.use();
    module.context().launching(name);
  }

  DeviceException failure(String call, LaunchShape shape, String result) {
    return module.context().failure(call, name + ", " + shape, result);
  }

  Handle handle() {
    return handle;
  }

  @Override
  public String toString() {
    return name;
  }
}
