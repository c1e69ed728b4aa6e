package io.jgpt.engine.cuda.driver;

import io.jgpt.error.DeviceException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.JCudaDriver;

/**
 * A context of one device, and the owner of everything opened through it. Each engine has its own,
 * so that one which fails takes no other along.
 *
 * <p>Threads: the thread that calls is the owner until it calls {@link #release}; then the next one
 * that calls is. While a thread owns contexts it must not change its current CUDA context by other
 * means.
 *
 * <p>Some errors leave a context unusable: a kernel that reads where nothing is, a device that
 * falls off the bus. The first one {@linkplain #poisoned poisons} it: every later call throws the
 * same line at once, without asking the driver. {@link #close} still works.
 */
public final class CudaContext implements AutoCloseable {

  /** The context that this class last made current on a thread. */
  private static final ThreadLocal<CudaContext> CURRENT = new ThreadLocal<>();

  /**
   * What poisoned a context.
   *
   * @param first the error as it came
   * @param again the same line, for a later call
   */
  private record Poison(DeviceException first, Supplier<DeviceException> again) {}

  private final DeviceFacts device;
  private final CUcontext handle;
  private final AtomicReference<Thread> owner = new AtomicReference<>(Thread.currentThread());
  private final SequencedSet<DriverObject> objects = new LinkedHashSet<>();
  private Optional<Poison> poison = Optional.empty();
  private String lastKernel = "none";
  private boolean open = true;

  private CudaContext(DeviceFacts device, CUcontext handle) {
    this.device = device;
    this.handle = handle;
  }

  /**
   * A new context; the calling thread owns it.
   *
   * @param ordinal of the device, as CUDA counts them, from 0
   * @throws DeviceException if there is no driver, no such device, or the device is full or taken
   */
  public static CudaContext open(int ordinal) {
    DeviceFacts device = CudaDriver.device(ordinal);
    var handle = new CUcontext();
    var number = new CUdevice();
    DriverResult.require("cuDeviceGet", () -> JCudaDriver.cuDeviceGet(number, ordinal));
    String result = DriverResult.of(() -> JCudaDriver.cuCtxCreate(handle, 0, number));
    if (!result.equals(DriverResult.SUCCESS)) {
      throw new DeviceException("cuda.context", "cuCtxCreate", result, device.label());
    }
    var context = new CudaContext(device, handle);
    CURRENT.set(context);
    return context;
  }

  public DeviceFacts device() {
    return device;
  }

  /** The device's memory now; other programs take from it too. */
  public MemoryInfo memory() {
    long[] free = new long[1];
    long[] total = new long[1];
    call("cuMemGetInfo", device::label, () -> JCudaDriver.cuMemGetInfo(free, total));
    return new MemoryInfo(free[0], total[0]);
  }

  /**
   * Device memory of its own, not initialised.
   *
   * @param name what it is for, as errors will name it
   * @throws DeviceException {@code cuda.out-of-memory} if it does not fit
   */
  public DeviceBuffer allocate(String name, long bytes) {
    requirePositive(name, bytes);
    return DeviceBuffer.owning(DeviceMemory.allocate(this, name, bytes));
  }

  /**
   * Pinned host memory of its own, not initialised.
   *
   * @param name what it is for, as errors will name it
   */
  public PinnedBuffer allocatePinned(String name, int bytes) {
    requirePositive(name, bytes);
    return PinnedBuffer.owning(PinnedMemory.allocate(this, name, bytes));
  }

  /** A stream that waits for no other. */
  public CudaStream newStream(String name) {
    return CudaStream.open(this, name);
  }

  /** An event to order streams by. */
  public CudaEvent newEvent(String name) {
    return CudaEvent.open(this, name, false);
  }

  /** An event that notes the device's clock. */
  public CudaEvent newTimedEvent(String name) {
    return CudaEvent.open(this, name, true);
  }

  /**
   * Loads PTX; the driver compiles it for this device.
   *
   * @param name of the file, as errors will name it
   * @param ptx the file's text
   * @throws DeviceException {@code cuda.ptx-*} if driver or device are too old for it, or the
   *     driver refuses it
   */
  public CudaModule loadModule(String name, String ptx) {
    return CudaModule.load(this, name, ptx);
  }

  /**
   * Waits until all work of all streams is done; errors of kernels come out here at the latest.
   *
   * @throws DeviceException if one failed
   */
  public void synchronize() {
    call("cuCtxSynchronize", device::label, JCudaDriver::cuCtxSynchronize);
  }

  /** The error after which nothing works any more; empty as long as the context is sound. */
  public Optional<DeviceException> poisoned() {
    return poison.map(Poison::first);
  }

  /**
   * Throws if nothing works any more, for who is about to promise something without a call.
   *
   * @throws DeviceException if the context is poisoned
   */
  public void requireSound() {
    enter();
  }

  /**
   * Lets go of the context: it is no longer current on this thread, and the next thread that calls
   * owns it. Who hands it over sees to it that the other thread starts after this returns.
   */
  public void release() {
    requireOpen();
    claim();
    CURRENT.remove();
    String result = DriverResult.of(() -> JCudaDriver.cuCtxSetCurrent(new CUcontext()));
    owner.set(null);
    if (poison.isEmpty() && !result.equals(DriverResult.SUCCESS)) {
      throw failure("cuCtxSetCurrent", device.label(), result);
    }
  }

  /** Waits for nobody: gives everything still open back, in reverse order, then the context. */
  @Override
  public void close() {
    if (!open) {
      return;
    }
    claim();
    boolean sound = poison.isEmpty();
    List<DeviceException> failures = new ArrayList<>();
    String current = makeCurrent();
    if (!current.equals(DriverResult.SUCCESS)) {
      note(failures, "cuCtxSetCurrent", device.label(), current);
      // An error of earlier work is told once. If this one stays, the context's end is all there
      // is.
      makeCurrent();
    }
    for (DriverObject object : List.copyOf(objects.reversed())) {
      note(failures, object.destroyCall(), object.name(), object.release());
    }
    objects.clear();
    String result = DriverResult.of(() -> JCudaDriver.cuCtxDestroy(handle));
    note(failures, "cuCtxDestroy", device.label(), result);
    open = false;
    CURRENT.remove();
    owner.set(null);
    // Nothing is to be said about a context that was known to be lost: with it went all its memory.
    if (sound && !failures.isEmpty()) {
      throw failures.getFirst();
    }
  }

  private void note(List<DeviceException> failures, String call, String subject, String result) {
    if (!result.equals(DriverResult.SUCCESS)) {
      failures.add(failure(call, subject, result));
    }
  }

  // --- for the objects of this context ---

  <T extends DriverObject> T own(T object) {
    objects.add(object);
    return object;
  }

  void close(DriverObject object) {
    claim();
    objects.remove(object);
    boolean sound = poison.isEmpty();
    makeCurrent(); // should the driver refuse, it will tell by the next call
    String result = object.release();
    if (sound && !result.equals(DriverResult.SUCCESS)) {
      throw failure(object.destroyCall(), object.name(), result);
    }
  }

  /**
   * Before each call of the driver.
   *
   * @throws IllegalStateException if the context is closed or belongs to another thread
   * @throws DeviceException if it is poisoned
   */
  void enter() {
    requireOpen();
    claim();
    if (poison.isPresent()) {
      throw poison.get().again().get();
    }
    String result = makeCurrent();
    if (!result.equals(DriverResult.SUCCESS)) {
      throw failure("cuCtxSetCurrent", device.label(), result);
    }
  }

  /** Runs a call of the driver; not for calls of the steady state, since it makes objects. */
  void call(String call, Supplier<String> subject, DriverResult.Call body) {
    enter();
    String result = DriverResult.of(body);
    if (!result.equals(DriverResult.SUCCESS)) {
      throw failure(call, subject.get(), result);
    }
  }

  /** Notes a kernel, for the message should it turn out to have failed. */
  void launching(String kernel) {
    lastKernel = kernel;
  }

  /**
   * The error for a call that failed; poisons the context if nothing works any more.
   *
   * @param subject what was asked for, with its sizes
   */
  DeviceException failure(String call, String subject, String result) {
    if (DriverResult.isSticky(result)) {
      return poison(call, subject, result);
    }
    if (result.equals(DriverResult.OUT_OF_MEMORY)) {
      return new DeviceException(
          "cuda.out-of-memory", call, result, device.label(), subject, freeText());
    }
    return new DeviceException("cuda.call", call, result, device.label(), subject);
  }

  private DeviceException poison(String call, String subject, String result) {
    String kernel = lastKernel;
    var first = new DeviceException("cuda.lost", call, result, device.label(), subject, kernel);
    if (poison.isEmpty()) {
      poison =
          Optional.of(
              new Poison(
                  first,
                  () ->
                      new DeviceException(
                          first, "cuda.lost", call, result, device.label(), subject, kernel)));
    }
    return first;
  }

  /** For a message: the driver may not answer. */
  private String freeText() {
    long[] free = new long[1];
    long[] total = new long[1];
    String result = DriverResult.of(() -> JCudaDriver.cuMemGetInfo(free, total));
    return result.equals(DriverResult.SUCCESS) ? ByteSize.text(free[0]) : "?";
  }

  private void requireOpen() {
    if (!open) {
      throw new IllegalStateException("the context of " + device.label() + " is closed");
    }
  }

  /** Makes the calling thread the owner, if nobody else is. */
  private void claim() {
    Thread caller = Thread.currentThread();
    Thread before = owner.get();
    if (before != caller) {
      boolean free = before == null || !before.isAlive();
      if (!free || !owner.compareAndSet(before, caller)) {
        throw new IllegalStateException(
            device.label() + " is used by " + caller + ", but its context belongs to " + before);
      }
    }
  }

  /** Makes the context current on this thread, if it is not; what the driver says. */
  private String makeCurrent() {
    if (CURRENT.get() == this) {
      return DriverResult.SUCCESS;
    }
    String result = DriverResult.of(() -> JCudaDriver.cuCtxSetCurrent(handle));
    if (result.equals(DriverResult.SUCCESS)) {
      CURRENT.set(this);
    }
    return result;
  }

  private static void requirePositive(String name, long bytes) {
    if (bytes <= 0) {
      throw new IllegalArgumentException(name + " is " + bytes + " bytes; it must be at least 1");
    }
  }
}
