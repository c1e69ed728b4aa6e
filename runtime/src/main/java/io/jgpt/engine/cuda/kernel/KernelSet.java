package io.jgpt.engine.cuda.kernel;

import io.jgpt.engine.cuda.driver.CudaContext;
import io.jgpt.engine.cuda.driver.CudaModule;
import io.jgpt.engine.cuda.driver.DeviceFacts;
import io.jgpt.error.DeviceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The kernels of one context, from the PTX in this jar that fits its device best. A file is loaded,
 * and compiled by the driver, when the first of its kernels is asked for: the typed classes ask as
 * they are made, so that nothing is loaded while a graph is captured.
 *
 * <p>Threads: as the context's.
 */
public final class KernelSet implements AutoCloseable {

  /** Compute capabilities that there is PTX for, newest first. */
  private static final int[] ARCHITECTURES = {90, 80, 75};

  private final CudaContext context;
  private final int architecture;
  private final LaunchTable table;
  private final Map<String, CudaModule> modules = new LinkedHashMap<>();
  private boolean open = true;

  private KernelSet(CudaContext context, int architecture) {
    this.context = context;
    this.architecture = architecture;
    this.table = new LaunchTable(context.device().multiprocessors());
  }

  /**
   * The kernels for this context, none loaded yet.
   *
   * @throws DeviceException {@code cuda.compute-capability} if the device is older than all PTX
   */
  public static KernelSet open(CudaContext context) {
    return new KernelSet(context, architectureFor(context.device()));
  }

  /**
   * Which PTX a device runs: 75, 80 or 90.
   *
   * @throws DeviceException {@code cuda.compute-capability} if the device is older than all PTX
   */
  public static int architectureFor(DeviceFacts device) {
    for (int architecture : ARCHITECTURES) {
      if (device.computeCapability() >= architecture) {
        return architecture;
      }
    }
    throw new DeviceException(
        "cuda.compute-capability", device.label(), device.major() + "." + device.minor(), "7.5");
  }

  /** The compute capability that the PTX was made for: 75, 80 or 90. */
  public int architecture() {
    return architecture;
  }

  LaunchTable table() {
    return table;
  }

  /** The kernel of a family that has one alone. */
  Kernel kernel(KernelFamily family) {
    return kernel(family, family.entry());
  }

  /** The kernel for this type of weights. */
  Kernel kernel(KernelFamily family, WeightType type) {
    return kernel(family, family.entry(type));
  }

  /** The kernel between two types. */
  Kernel kernel(KernelFamily family, WeightType from, WeightType to) {
    return kernel(family, family.entry(from, to));
  }

  private Kernel kernel(KernelFamily family, String entry) {
    if (!open) {
      throw new IllegalStateException("the kernels of " + context.device().label() + " are closed");
    }
    return new Kernel(modules.computeIfAbsent(family.file(), this::load).function(entry));
  }

  private CudaModule load(String file) {
    String path = path(architecture, file);
    return context.loadModule(path, text(path));
  }

  /**
   * The oldest CUDA whose driver reads all PTX for a compute capability: 11080 is 11.8.
   *
   * @param architecture 75, 80 or 90
   */
  public static int oldestCuda(int architecture) {
    return Stream.of(KernelFamily.values())
        .map(family -> path(architecture, family.file()))
        .distinct()
        .mapToInt(path -> CudaModule.oldestCuda(path, text(path)))
        .max()
        .orElseThrow();
  }

  private static String path(int architecture, String file) {
    return "ptx/sm_" + architecture + "/" + file + ".ptx";
  }

  private static String text(String path) {
    try (InputStream in = KernelSet.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException(path + " is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Unloads what was loaded; idempotent. */
  @Override
  public void close() {
    open = false;
    Deque<CudaModule> newestFirst = new ArrayDeque<>();
    modules.values().forEach(newestFirst::push);
    modules.clear();
    newestFirst.forEach(CudaModule::close);
  }
}
