package io.jgpt.engine.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import jcuda.driver.JCudaDriver;

/** One allocation of pinned host memory; {@link PinnedBuffer} is how it is used. */
final class PinnedMemory extends DriverObject {

  private final HostPointer pointer;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment segment;

  private PinnedMemory(CudaContext context, String name, HostPointer pointer, long bytes) {
    super(context, name);
    this.pointer = pointer;
    segment = MemorySegment.ofAddress(pointer.address()).reinterpret(bytes, arena, null);
  }

  static PinnedMemory allocate(CudaContext context, String name, int bytes) {
    var pointer = HostPointer.unset();
    context.call(
        "cuMemAllocHost",
        () -> name + ", " + ByteSize.text(bytes),
        () -> JCudaDriver.cuMemAllocHost(pointer, bytes));
    return context.own(new PinnedMemory(context, name, pointer, bytes));
  }

  MemorySegment segment() {
    return segment;
  }

  @Override
  String destroyCall() {
    return "cuMemFreeHost";
  }

  @Override
  String destroy() {
    arena.close(); // from here on the segment throws
    return DriverResult.of(() -> JCudaDriver.cuMemFreeHost(pointer));
  }
}
