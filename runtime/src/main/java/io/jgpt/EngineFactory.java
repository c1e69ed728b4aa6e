package io.jgpt;

import io.jgpt.engine.Engine;
import io.jgpt.engine.cpu.CpuEngine;
import io.jgpt.engine.cpu.CpuOptions;
import io.jgpt.error.DeviceException;
import io.jgpt.model.ModelDirectory;

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
