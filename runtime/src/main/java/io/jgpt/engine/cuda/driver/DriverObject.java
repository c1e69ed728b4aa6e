package io.jgpt.engine.cuda.driver;

/**
 * Something of the driver that belongs to a context: who opens it closes it, and the context closes
 * what is still open when it is closed itself.
 */
abstract sealed class DriverObject implements AutoCloseable
    permits CudaEvent, CudaGraph, CudaModule, CudaStream, DeviceMemory, PinnedMemory {

  private final CudaContext context;
  private final String name;
  private boolean open = true;

  DriverObject(CudaContext context, String name) {
    this.context = context;
    this.name = name;
  }

  final CudaContext context() {
    return context;
  }

  /** What it is for, as errors name it. */
  public final String name() {
    return name;
  }

  /**
   * Before each use.
   *
   * @throws IllegalStateException if it is closed or belongs to another thread
   * @throws io.jgpt.error.DeviceException if its context is poisoned
   */
  final void use() {
    if (!open) {
      throw new IllegalStateException(name + " is closed");
    }
    context.enter();
  }

  final boolean isOpen() {
    return open;
  }

  /**
   * Gives it back to the driver; idempotent, and nothing after its context is closed.
   *
   * @throws io.jgpt.error.DeviceException if the driver refuses, in a context that was sound
   */
  @Override
  public final void close() {
    if (open) {
      context.close(this);
    }
  }

  /** Called once, by the context: gives it back, whatever the driver says; what it said. */
  final String release() {
    open = false;
    return destroy();
  }

  /** The call of the driver that {@link #destroy} makes. */
  abstract String destroyCall();

  /** Gives it back; the driver's answer. */
  abstract String destroy();

  @Override
  public String toString() {
    return name;
  }
}
