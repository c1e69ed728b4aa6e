package io.jgpt.engine.cuda.driver;

import io.jgpt.error.DeviceException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import jcuda.driver.JCudaDriver;

/**
 * NVIDIA's driver: whether it is here, and its devices. It is loaded by the first question, once
 * per process and class loader, and stays. Safe for use by any thread.
 */
public final class CudaDriver {

  /** CUDA 12.0: older drivers are tested by nobody. */
  static final int OLDEST_VERSION = 12_000;

  private static final Set<String> ABSENT = Set.of("cuda.no-driver", "cuda.no-device");

  static final String LIBRARY = "libcuda.so.1";

  /** Whether CUDA can be used in this process. */
  public sealed interface Availability {}

  /**
   * It can.
   *
   * @param driverVersion the newest CUDA that the driver supports: 13000 is 13.0
   * @param devices at least one
   */
  public record Available(int driverVersion, List<DeviceFacts> devices) implements Availability {

    public Available {
      devices = List.copyOf(devices);
    }
  }

  /**
   * It cannot.
   *
   * @param reason one line with the cure, to throw or to show
   * @param absent true if there is nothing to use, no driver or no GPU: what most machines are like
   */
  public record Unavailable(DeviceException reason, boolean absent) implements Availability {}

  /** Holds the answer; initialised by the first question. */
  private static final class Loaded {
    static final Availability ANSWER = load();
  }

  private CudaDriver() {}

  /** Whether CUDA can be used, and if not, why. The first call loads the driver. */
  public static Availability availability() {
    return Loaded.ANSWER;
  }

  /**
   * The driver that is there.
   *
   * @throws DeviceException if none can be used
   */
  public static Available require() {
    return switch (availability()) {
      case Available available -> available;
      case Unavailable unavailable -> throw unavailable.reason();
    };
  }

  /**
   * A device that is there.
   *
   * @param ordinal as CUDA counts devices, from 0
   * @throws DeviceException if there is no such device or no driver
   */
  public static DeviceFacts device(int ordinal) {
    List<DeviceFacts> devices = require().devices();
    if (ordinal < 0 || ordinal >= devices.size()) {
      throw new DeviceException("cuda.ordinal", ordinal, devices.size(), devices.size() - 1);
    }
    return devices.get(ordinal);
  }

  /** A version as people write it: 12040 is {@code 12.4}. */
  public static String versionText(int version) {
    return version / 1000 + "." + version % 1000 / 10;
  }

  private static Availability load() {
    try {
      requireLibrary();
      JCudaLibrary.load();
      JCudaDriver.setExceptionsEnabled(true);
      return new Available(initialize(), devices());
    } catch (DeviceException e) {
      return new Unavailable(e, ABSENT.contains(e.key()));
    }
  }

  /** JCuda's own library is linked against the driver's: without it there is nothing to load. */
  private static void requireLibrary() {
    try {
      SymbolLookup.libraryLookup(LIBRARY, Arena.global());
    } catch (IllegalArgumentException e) {
      throw new DeviceException(e, "cuda.no-driver", LIBRARY);
    }
  }

  private static int initialize() {
    int[] version = new int[1];
    DriverResult.require("cuDriverGetVersion", () -> JCudaDriver.cuDriverGetVersion(version));
    if (version[0] < OLDEST_VERSION) {
      throw new DeviceException(
          "cuda.old-driver", versionText(version[0]), versionText(OLDEST_VERSION));
    }
    String result = DriverResult.of(() -> JCudaDriver.cuInit(0));
    if (result.equals(DriverResult.NO_DEVICE)) {
      throw new DeviceException("cuda.no-device");
    }
    if (!result.equals(DriverResult.SUCCESS)) {
      throw new DeviceException("cuda.init", result);
    }
    return version[0];
  }

  private static List<DeviceFacts> devices() {
    int[] count = new int[1];
    DriverResult.require("cuDeviceGetCount", () -> JCudaDriver.cuDeviceGetCount(count));
    if (count[0] == 0) {
      throw new DeviceException("cuda.no-device");
    }
    List<DeviceFacts> devices = new ArrayList<>();
    for (int ordinal = 0; ordinal < count[0]; ordinal++) {
      devices.add(DeviceFacts.of(ordinal));
    }
    return devices;
  }
}
