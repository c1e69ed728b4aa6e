package io.jgpt.engine.cuda.driver;

import static jcuda.driver.CUjit_option.CU_JIT_ERROR_LOG_BUFFER;
import static jcuda.driver.CUjit_option.CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES;

import io.jgpt.error.DeviceException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;
import java.util.TreeSet;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;

/** The kernels of one file of PTX, compiled by the driver for the context's device. */
public final class CudaModule extends DriverObject {

  private static final int LOG_BYTES = 8192;

  private final Ptx ptx;
  private final CUmodule handle;
  private final Arena arena = Arena.ofShared();

  private CudaModule(CudaContext context, String name, Ptx ptx, CUmodule handle) {
    super(context, name);
    this.ptx = ptx;
    this.handle = handle;
  }

  static CudaModule load(CudaContext context, String name, String text) {
    context.enter();
    Ptx ptx = Ptx.parse(name, text);
    requireDriver(name, ptx, CudaDriver.require().driverVersion());
    requireDevice(name, ptx, context.device());
    var handle = new CUmodule();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment image = arena.allocateFrom(text);
      MemorySegment log = arena.allocate(LOG_BYTES);
      // An array of void *: the second holds a number in place of an address.
      MemorySegment values = arena.allocate(ValueLayout.JAVA_LONG, 2);
      values.setAtIndex(ValueLayout.JAVA_LONG, 0, log.address());
      values.setAtIndex(ValueLayout.JAVA_LONG, 1, LOG_BYTES);
      int[] options = {CU_JIT_ERROR_LOG_BUFFER, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES};
      String result =
          DriverResult.of(
              () ->
                  JCudaDriver.cuModuleLoadDataEx(
                      handle,
                      HostPointer.to(image),
                      options.length,
                      options,
                      HostPointer.to(values)));
      if (!result.equals(DriverResult.SUCCESS)) {
        throw refused(context, name, result, log.getString(0));
      }
    }
    return context.own(new CudaModule(context, name, ptx, handle));
  }

  /**
   * Refuses PTX that the driver is known not to read; of PTX that is newer than this class, the
   * driver itself will tell.
   */
  static void requireDriver(String name, Ptx ptx, int driverVersion) {
    PtxVersion.firstRelease(ptx.version())
        .filter(needed -> driverVersion < needed.cuda())
        .ifPresent(
            needed -> {
              throw new DeviceException(
                  "cuda.ptx-driver",
                  name,
                  ptx.version() / 10 + "." + ptx.version() % 10,
                  CudaDriver.versionText(needed.cuda()),
                  needed.driver(),
                  CudaDriver.versionText(driverVersion));
            });
  }

  static void requireDevice(String name, Ptx ptx, DeviceFacts device) {
    if (device.computeCapability() < ptx.computeCapability()) {
      throw new DeviceException(
          "cuda.ptx-device",
          name,
          ptx.computeCapability() / 10 + "." + ptx.computeCapability() % 10,
          device.label(),
          device.major() + "." + device.minor());
    }
  }

  private static DeviceException refused(
      CudaContext context, String name, String result, String log) {
    DeviceException usual = context.failure("cuModuleLoadDataEx", name, result);
    String reason = log.lines().map(String::strip).filter(l -> !l.isEmpty()).findFirst().orElse("");
    return usual.key().equals("cuda.call") && !reason.isEmpty()
        ? new DeviceException(
            "cuda.ptx-refused",
            "cuModuleLoadDataEx",
            result,
            context.device().label(),
            name,
            reason)
        : usual;
  }

  /**
   * The oldest CUDA whose driver reads this PTX: 11080 is 11.8; 0 if it is newer than what is known
   * here.
   *
   * @param name of the file, as errors will name it
   * @param ptx the file's text
   */
  public static int oldestCuda(String name, String ptx) {
    return PtxVersion.firstRelease(Ptx.parse(name, ptx).version())
        .map(PtxVersion.Release::cuda)
        .orElse(0);
  }

  /** Names of the kernels. */
  public Set<String> functions() {
    return new TreeSet<>(ptx.kernels().keySet());
  }

  /**
   * A kernel.
   *
   * @throws IllegalArgumentException if the file has none of that name
   */
  public CudaFunction function(String kernel) {
    use();
    if (!ptx.kernels().containsKey(kernel)) {
      throw new IllegalArgumentException(name() + " has no kernel " + kernel + ": " + functions());
    }
    var function = new CudaFunction.Handle();
    context()
        .call(
            "cuModuleGetFunction",
            () -> kernel + " of " + name(),
            () -> JCudaDriver.cuModuleGetFunction(function, handle, kernel));
    return new CudaFunction(this, kernel, ptx.kernels().get(kernel), function);
  }

  /** For the arguments of kernels. */
  Arena arena() {
    return arena;
  }

  @Override
  String destroyCall() {
    return "cuModuleUnload";
  }

  @Override
  String destroy() {
    arena.close();
    return DriverResult.of(() -> JCudaDriver.cuModuleUnload(handle));
  }
}
