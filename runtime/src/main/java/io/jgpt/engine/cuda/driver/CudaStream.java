package io.jgpt.engine.cuda.driver;

import static jcuda.driver.CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL;
import static jcuda.driver.CUstream_flags.CU_STREAM_NON_BLOCKING;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import jcuda.CudaException;
import jcuda.driver.CUgraph;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/**
 * A queue of work that the device does in order, while Java goes on. What is queued here is ordered
 * against other streams by events only.
 *
 * <p>Copies between whole buffers; {@link DeviceBuffer#slice} makes parts. Those with pinned memory
 * make no Java objects and can be captured. {@link #write} and {@link #read} take any memory and
 * wait.
 */
public final class CudaStream extends DriverObject {

  /** JCuda's handle; its address is for the calls that JCuda lacks. */
  static final class Handle extends CUstream {

    long address() {
      return getNativePointer();
    }
  }

  private final Handle handle;

  private CudaStream(CudaContext context, String name, Handle handle) {
    super(context, name);
    this.handle = handle;
  }

  static CudaStream open(CudaContext context, String name) {
    var handle = new Handle();
    context.call(
        "cuStreamCreate",
        () -> name,
        () -> JCudaDriver.cuStreamCreate(handle, CU_STREAM_NON_BLOCKING));
    return context.own(new CudaStream(context, name, handle));
  }

  /** Queues a copy to the device, of equal sizes. {@code from} must not change until it is done. */
  public void upload(DeviceBuffer to, PinnedBuffer from) {
    use(to);
    from.requireOpen();
    requireSameSize(to, to.bytes(), from, from.bytes());
    try {
      check(
          "cuMemcpyHtoDAsync",
          to,
          JCudaDriver.cuMemcpyHtoDAsync(to.pointer(), from.pointer(), to.bytes(), handle));
    } catch (CudaException e) {
      throw context().failure("cuMemcpyHtoDAsync", to.toString(), DriverResult.of(e));
    }
  }

  /** Queues a copy from the device, of equal sizes. {@code to} is right once it is done. */
  public void download(PinnedBuffer to, DeviceBuffer from) {
    use(from);
    to.requireOpen();
    requireSameSize(to, to.bytes(), from, from.bytes());
    try {
      check(
          "cuMemcpyDtoHAsync",
          from,
          JCudaDriver.cuMemcpyDtoHAsync(to.pointer(), from.pointer(), from.bytes(), handle));
    } catch (CudaException e) {
      throw context().failure("cuMemcpyDtoHAsync", from.toString(), DriverResult.of(e));
    }
  }

  /** Queues a copy on the device, of equal sizes, between ranges that do not overlap. */
  public void copy(DeviceBuffer to, DeviceBuffer from) {
    use(to);
    use(from);
    requireSameSize(to, to.bytes(), from, from.bytes());
    try {
      check(
          "cuMemcpyDtoDAsync",
          to,
          JCudaDriver.cuMemcpyDtoDAsync(to.pointer(), from.pointer(), to.bytes(), handle));
    } catch (CudaException e) {
      throw context().failure("cuMemcpyDtoDAsync", to.toString(), DriverResult.of(e));
    }
  }

  /** Queues setting every byte. */
  public void fill(DeviceBuffer buffer, byte value) {
    use(buffer);
    try {
      check(
          "cuMemsetD8Async",
          buffer,
          JCudaDriver.cuMemsetD8Async(buffer.pointer(), value, buffer.bytes(), handle));
    } catch (CudaException e) {
      throw context().failure("cuMemsetD8Async", buffer.toString(), DriverResult.of(e));
    }
  }

  /** Queues setting every 32-bit word of a buffer whose size is a multiple of 4. */
  public void fillInts(DeviceBuffer buffer, int value) {
    use(buffer);
    if (buffer.bytes() % Integer.BYTES != 0) {
      throw new IllegalArgumentException(buffer + " is no multiple of 4 bytes");
    }
    try {
      check(
          "cuMemsetD32Async",
          buffer,
          JCudaDriver.cuMemsetD32Async(
              buffer.pointer(), value, buffer.bytes() / Integer.BYTES, handle));
    } catch (CudaException e) {
      throw context().failure("cuMemsetD32Async", buffer.toString(), DriverResult.of(e));
    }
  }

  /** Copies to the device after what is queued here; done when this returns. Any memory will do. */
  public void write(DeviceBuffer to, MemorySegment from) {
    use(to);
    requireSameSize(to, to.bytes(), from, from.byteSize());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment source =
          from.isNative() ? from : arena.allocate(from.byteSize(), Long.BYTES).copyFrom(from);
      HostPointer pointer = HostPointer.to(source);
      context()
          .call(
              "cuMemcpyHtoDAsync",
              to::toString,
              () ->
                  JCudaDriver.cuMemcpyHtoDAsync(to.pointer(), pointer, source.byteSize(), handle));
      synchronize();
    }
  }

  /** Copies from the device after what is queued here; done when this returns. */
  public void read(MemorySegment to, DeviceBuffer from) {
    use(from);
    requireSameSize(to, to.byteSize(), from, from.bytes());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment target = to.isNative() ? to : arena.allocate(to.byteSize(), Long.BYTES);
      HostPointer pointer = HostPointer.to(target);
      context()
          .call(
              "cuMemcpyDtoHAsync",
              from::toString,
              () ->
                  JCudaDriver.cuMemcpyDtoHAsync(
                      pointer, from.pointer(), target.byteSize(), handle));
      synchronize();
      if (!to.isNative()) {
        to.copyFrom(target);
      }
    }
  }

  /** Puts the event here: it is reached when all that is queued before is done. */
  public void record(CudaEvent event) {
    use();
    event.use();
    try {
      check("cuEventRecord", event, JCudaDriver.cuEventRecord(event.handle(), handle));
    } catch (CudaException e) {
      throw context().failure("cuEventRecord", event.name(), DriverResult.of(e));
    }
  }

  /** Makes what is queued from now on wait for the event as last recorded; Java goes on. */
  public void await(CudaEvent event) {
    use();
    event.use();
    try {
      check("cuStreamWaitEvent", event, JCudaDriver.cuStreamWaitEvent(handle, event.handle(), 0));
    } catch (CudaException e) {
      throw context().failure("cuStreamWaitEvent", event.name(), DriverResult.of(e));
    }
  }

  /** Waits until all that is queued is done. */
  public void synchronize() {
    use();
    try {
      check("cuStreamSynchronize", this, JCudaDriver.cuStreamSynchronize(handle));
    } catch (CudaException e) {
      throw context().failure("cuStreamSynchronize", name(), DriverResult.of(e));
    }
  }

  /**
   * Makes a graph of what {@code work} queues here, instead of doing it. It may queue launches,
   * copies with pinned memory, fills and events; it must not wait. Addresses and arguments are as
   * they are now each time that the graph is launched.
   *
   * @param name of the graph, as errors will name it
   */
  public CudaGraph capture(String name, Runnable work) {
    use();
    context()
        .call(
            "cuStreamBeginCapture",
            () -> name,
            () -> JCudaDriver.cuStreamBeginCapture(handle, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
    var graph = new CUgraph();
    boolean queued = false;
    String result;
    try {
      work.run();
      queued = true;
    } finally {
      result = DriverResult.of(() -> JCudaDriver.cuStreamEndCapture(handle, graph));
      if (!result.equals(DriverResult.SUCCESS)) {
        // Should it still capture, no later call would do anything. If not, this does nothing.
        discardCapture();
      } else if (!queued) {
        // What work has thrown tells more than whether this succeeds.
        DriverResult.of(() -> JCudaDriver.cuGraphDestroy(graph));
      }
    }
    if (!result.equals(DriverResult.SUCCESS)) {
      throw context().failure("cuStreamEndCapture", name, result);
    }
    return CudaGraph.instantiate(context(), name, graph);
  }

  private void discardCapture() {
    var graph = new CUgraph();
    String result = DriverResult.of(() -> JCudaDriver.cuStreamEndCapture(handle, graph));
    if (result.equals(DriverResult.SUCCESS)) {
      DriverResult.of(() -> JCudaDriver.cuGraphDestroy(graph));
    }
  }

  Handle handle() {
    return handle;
  }

  private void use(DeviceBuffer buffer) {
    use();
    buffer.requireOpen();
    if (buffer.context() != context()) {
      throw new IllegalArgumentException(buffer + " belongs to another context than " + name());
    }
  }

  private void check(String call, Object subject, int result) {
    if (result != 0) { // with JCuda's exceptions switched off by somebody else
      throw context().failure(call, subject.toString(), DriverResult.of(result));
    }
  }

  private static void requireSameSize(Object to, long toBytes, Object from, long fromBytes) {
    if (toBytes != fromBytes) {
      throw new IllegalArgumentException(
          "copy of " + fromBytes + " bytes (" + from + ") to " + toBytes + " bytes (" + to + ")");
    }
  }

  @Override
  String destroyCall() {
    return "cuStreamDestroy";
  }

  @Override
  String destroy() {
    return DriverResult.of(() -> JCudaDriver.cuStreamDestroy(handle));
  }
}
