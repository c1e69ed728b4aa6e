package io.jgpt.bench.peers;

import io.jgpt.engine.cuda.driver.CudaContext;
import io.jgpt.engine.cuda.driver.CudaDriver;
import io.jgpt.engine.cuda.driver.DeviceFacts;
import io.jgpt.error.DeviceException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The device that is measured.
 *
 * @param name as its maker calls it
 * @param ordinal of a GPU, as CUDA counts them; empty for the CPU
 * @param facts what its driver says of it
 */
public record Card(String name, OptionalInt ordinal, Map<String, Object> facts) {

  /**
   * The device of that spelling, {@code cpu}, {@code cuda} or {@code cuda:N}. A context is opened
   * on a GPU, to see that it can be.
   *
   * @throws DeviceException if it is not here, or cannot be used
   */
  static Card named(String device) {
    if (device.equals("cpu")) {
      return new Card(Machine.processor(), OptionalInt.empty(), Map.of());
    }
    int ordinal = device.equals("cuda") ? 0 : ordinal(device);
    CudaDriver.Available driver = CudaDriver.require();
    DeviceFacts gpu = CudaDriver.device(ordinal);
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("compute capability", gpu.major() + "." + gpu.minor());
    facts.put("SMs", gpu.multiprocessors());
    facts.put("L2", String.format(Locale.ROOT, "%.3g MiB", gpu.l2Bytes() / (double) (1 << 20)));
    facts.put("CUDA of the driver", CudaDriver.versionText(driver.driverVersion()));
    try (CudaContext context = CudaContext.open(ordinal)) {
      facts.put("memory", gibibytes(context.memory().totalBytes()));
      facts.put("free", gibibytes(context.memory().freeBytes()));
    }
    return new Card(gpu.name(), OptionalInt.of(ordinal), facts);
  }

  private static int ordinal(String device) {
    if (!device.matches("cuda:[0-9]{1,3}")) {
      throw new IllegalArgumentException(
          "device is " + device + "; it must be cpu, cuda or cuda:N");
    }
    return Integer.parseInt(device.substring("cuda:".length()));
  }

  private static String gibibytes(long bytes) {
    return String.format(Locale.ROOT, "%.3g GiB", bytes / (double) (1 << 30));
  }

  /**
   * {@code scripts/check --gpu} asks: one line names the GPU; without one, the reason, and exit 4.
   */
  public static void main(String[] arguments) {
    try {
      Card card = named("cuda");
      System.out.println(card.name() + ": " + Report.inline(card.facts()));
    } catch (DeviceException e) {
      System.err.println("jgpt: " + e.message(Locale.getDefault()));
      System.exit(4);
    }
  }
}
