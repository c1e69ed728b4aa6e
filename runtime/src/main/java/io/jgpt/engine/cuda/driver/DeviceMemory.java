package io.jgpt.engine.cuda.driver;

import jcuda.driver.JCudaDriver;

/** One allocation of device memory; {@link DeviceBuffer} is how it is used. */
final class DeviceMemory extends DriverObject {

  private final DevicePointer pointer;
  private final long bytes;

  private DeviceMemory(CudaContext context, String name, DevicePointer pointer, long bytes) {
    super(context, name);
    this.pointer = pointer;
    this.bytes = bytes;
  }

  static DeviceMemory allocate(CudaContext context, String name, long bytes) {
    var pointer = new DevicePointer();
    context.call(
        "cuMemAlloc",
        () -> name + ", " + ByteSize.text(bytes),
        () -> JCudaDriver.cuMemAlloc(pointer, bytes));
    return context.own(new DeviceMemory(context, name, pointer, bytes));
  }

  DevicePointer pointer() {
    return pointer;
  }

  long bytes() {
    return bytes;
  }

  @Override
  String destroyCall() {
    return "cuMemFree";
  }

  @Override
  String destroy() {
    return DriverResult.of(() -> JCudaDriver.cuMemFree(pointer));
  }
}
