package io.jgpt;

import io.jgpt.engine.Engine;
import io.jgpt.engine.cpu.CpuEngine;
import io.jgpt.engine.cpu.CpuOptions;
import io.jgpt.engine.cuda.driver.CudaContext;
import io.jgpt.engine.cuda.driver.CudaDriver;
import io.jgpt.engine.cuda.driver.CudaLibraries;
import io.jgpt.engine.cuda.driver.DeviceFacts;
import io.jgpt.error.DeviceException;
import io.jgpt.error.JgptException;
import io.jgpt.model.ModelDirectory;
import java.util.List;
import java.util.Optional;

/** Chooses the engine; nothing else names one. */
final class EngineFactory {

  private EngineFactory() {}

  /**
   * The engine that the options ask for, loaded.
   *
   * @param model stays open as long as the engine
   * @throws DeviceException if the device is not there or has too little memory
   */
  static Engine open(ModelDirectory model, Options options) {
    return switch (options.device()) {
      case Device.Auto _, Device.Cpu _ -> cpu(model, options);
      case Device.Cuda _ -> throw new DeviceException("facade.cuda");
    };
  }

  /** What {@link Gpus#find} tells. */
  static Gpus gpus() {
    return switch (CudaDriver.availability()) {
      case CudaDriver.Available available ->
          new Gpus(
              Optional.of(CudaDriver.versionText(available.driverVersion())),
              available.devices().stream().map(EngineFactory::gpu).toList(),
              CudaLibraries.found(),
              Optional.empty());
      case CudaDriver.Unavailable unavailable ->
          new Gpus(
              Optional.empty(),
              List.of(),
              List.of(),
              unavailable.absent() ? Optional.empty() : Optional.of(unavailable.reason()));
    };
  }

  private static Gpu gpu(DeviceFacts device) {
    long free = 0;
    Optional<JgptException> problem = Optional.empty();
    try (CudaContext context = CudaContext.open(device.ordinal())) {
      free = context.memory().freeBytes();
    } catch (DeviceException e) {
      problem = Optional.of(e);
    }
    return new Gpu(
        "cuda:" + device.ordinal(),
        device.name(),
        device.major() + "." + device.minor(),
        device.multiprocessors(),
        device.totalBytes(),
        free,
        problem);
  }

  private static Engine cpu(ModelDirectory model, Options options) {
    int positions = model.config().nPositions();
    int threads =
        options.threads() > 0 ? options.threads() : Runtime.getRuntime().availableProcessors();
    return CpuEngine.open(
        model.config(),
        model.weights(),
        new CpuOptions(
            options.dtype().orElseGet(model.weights()::storedDType),
            threads,
            Math.min(options.maxContext().orElse(positions), positions),
            options.cacheDirectory(),
            options.warnings()));
  }
}
