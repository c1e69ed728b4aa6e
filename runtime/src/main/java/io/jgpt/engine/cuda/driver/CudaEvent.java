package io.jgpt.engine.cuda.driver;

import static jcuda.driver.CUevent_flags.CU_EVENT_DEFAULT;
import static jcuda.driver.CUevent_flags.CU_EVENT_DISABLE_TIMING;

import jcuda.CudaException;
import jcuda.driver.CUevent;
import jcuda.driver.JCudaDriver;

/** A point in a stream's work that other streams and Java can wait for. */
public final class CudaEvent extends DriverObject {

  private final CUevent handle;

  private CudaEvent(CudaContext context, String name, CUevent handle) {
    super(context, name);
    this.handle = handle;
  }

  static CudaEvent open(CudaContext context, String name, boolean timed) {
    var handle = new CUevent();
    context.call(
        "cuEventCreate",
        () -> name,
        () ->
            JCudaDriver.cuEventCreate(handle, timed ? CU_EVENT_DEFAULT : CU_EVENT_DISABLE_TIMING));
    return context.own(new CudaEvent(context, name, handle));
  }

  /**
   * Waits until the work before the point last recorded is done; at once if there is none. Makes no
   * Java objects.
   */
  public void synchronize() {
    use();
    try {
      int result = JCudaDriver.cuEventSynchronize(handle);
      if (result != 0) {
        throw context().failure("cuEventSynchronize", name(), DriverResult.of(result));
      }
    } catch (CudaException e) {
      throw context().failure("cuEventSynchronize", name(), DriverResult.of(e));
    }
  }

  /**
   * Milliseconds of the device's clock between two points that are done. Both events must have been
   * opened to be timed.
   */
  public float millisSince(CudaEvent start) {
    use();
    start.use();
    float[] millis = new float[1];
    context()
        .call(
            "cuEventElapsedTime",
            () -> start.name() + " to " + name(),
            () -> JCudaDriver.cuEventElapsedTime(millis, start.handle, handle));
    return millis[0];
  }

  CUevent handle() {
    return handle;
  }

  @Override
  String destroyCall() {
    return "cuEventDestroy";
  }

  @Override
  String destroy() {
    return DriverResult.of(() -> JCudaDriver.cuEventDestroy(handle));
  }
}
