package io.jgpt;

import io.jgpt.engine.Engine;
import io.jgpt.engine.cpu.CpuEngine;
import io.jgpt.engine.cpu.CpuOptions;
import io.jgpt.engine.cuda.CudaEngine;
import io.jgpt.engine.cuda.CudaOptions;
import io.jgpt.engine.cuda.CudaPlan;
import io.jgpt.engine.cuda.driver.CudaContext;
import io.jgpt.engine.cuda.driver.CudaDriver;
import io.jgpt.engine.cuda.driver.CudaLibraries;
import io.jgpt.engine.cuda.driver.DeviceFacts;
import io.jgpt.engine.cuda.driver.MemoryInfo;
import io.jgpt.engine.cuda.driver.MemoryPlan;
import io.jgpt.engine.cuda.kernel.KernelSet;
import io.jgpt.error.DeviceException;
import io.jgpt.error.JgptException;
import io.jgpt.model.DType;
import io.jgpt.model.Gpt2Config;
import io.jgpt.model.ModelDirectory;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Chooses the engine; nothing else names one. */
final class EngineFactory {

  /**
   * Why a GPU is none for this model, as it turns out before it computes: the CPU takes its place.
   * Any other failure is one, and stays one.
   */
  private static final Set<String> UNFIT =
      Set.of(
          "cuda.context",
          "cuda.compute-capability",
          "cuda.head-size",
          "cuda.int8",
          "cuda.weights",
          "cuda.weights-f32",
          "cuda.activations",
          "cuda.staging",
          "cuda.kv",
          "cuda.out-of-memory");

  private EngineFactory() {}

  /**
   * The engine that the options ask for, loaded.
   *
   * @param model stays open as long as the engine
   * @throws DeviceException if the device is not there, cannot run the model or has too little
   *     memory
   */
  static Engine open(ModelDirectory model, Options options) {
    return switch (options.device()) {
      case Device.Auto _ -> auto(model, options);
      case Device.Cpu _ -> cpu(model, options);
      case Device.Cuda gpu -> cuda(model, options, CudaDriver.device(gpu.ordinal()));
    };
  }

  /** On the first GPU if it can run the model, else on the CPU; why not is a warning. */
  private static Engine auto(ModelDirectory model, Options options) {
    switch (CudaDriver.availability()) {
      case CudaDriver.Available available -> {
        try {
          return cuda(model, options, available.devices().getFirst());
        } catch (DeviceException e) {
          if (!UNFIT.contains(e.key())) {
            throw e;
          }
          options.warnings().accept(e);
        }
      }
      case CudaDriver.Unavailable unavailable -> {
        if (!unavailable.absent()) {
          options.warnings().accept(unavailable.reason());
        }
      }
    }
    return cpu(model, options);
  }

  private static Engine cuda(ModelDirectory model, Options options, DeviceFacts device) {
    KernelSet.architectureFor(device); // throws before anything is loaded
    return CudaEngine.open(
        model.config(), model.weights(), cudaOptions(model.config(), options, device));
  }

  private static CudaOptions cudaOptions(Gpt2Config config, Options options, DeviceFacts device) {
    // Half as many bytes as float32; GPUs before Ampere multiply no bfloat16.
    DType usual = device.computeCapability() >= 80 ? DType.BF16 : DType.F16;
    return new CudaOptions(
        device.ordinal(),
        options.dtype().orElse(usual),
        contextLength(config, options),
        OptionalLong.empty());
  }

  private static int contextLength(Gpt2Config config, Options options) {
    return Math.min(options.maxContext().orElse(config.nPositions()), config.nPositions());
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
    Optional<Integer> architecture = Optional.empty();
    try (CudaContext context = CudaContext.open(device.ordinal())) {
      free = context.memory().freeBytes();
      architecture = Optional.of(KernelSet.architectureFor(device));
    } catch (DeviceException e) {
      problem = Optional.of(e);
    }
    return new Gpu(
        device.ordinal(),
        device.name(),
        device.major() + "." + device.minor(),
        device.multiprocessors(),
        device.totalBytes(),
        free,
        architecture.map(number -> "sm_" + number),
        architecture.map(KernelSet::oldestCuda).map(CudaDriver::versionText),
        problem);
  }

  /** What {@link Gpu#memoryOf} tells. */
  static GpuMemory memory(Gpu gpu, ModelDirectory model, Options options) {
    DeviceFacts device = CudaDriver.device(gpu.ordinal());
    CudaOptions chosen = cudaOptions(model.config(), options, device);
    var memory = new MemoryInfo(gpu.freeBytes(), gpu.memoryBytes());
    CudaPlan plan = CudaEngine.plan(model.config(), model.weights(), chosen, memory);
    return new GpuMemory(
        chosen.dtype(),
        chosen.maxContext(),
        plan.weightBytes(),
        plan.activationBytes(),
        plan.stagingBytes(),
        plan.kvBytes(),
        plan.kvTokens(),
        gpu.freeBytes(),
        shortage(plan.memory(), memory));
  }

  private static Optional<JgptException> shortage(MemoryPlan plan, MemoryInfo memory) {
    try {
      plan.check(memory);
      return Optional.empty();
    } catch (DeviceException e) {
      return Optional.of(e);
    }
  }

  private static Engine cpu(ModelDirectory model, Options options) {
    int threads =
        options.threads() > 0 ? options.threads() : Runtime.getRuntime().availableProcessors();
    return CpuEngine.open(
        model.config(),
        model.weights(),
        new CpuOptions(
            options.dtype().orElseGet(model.weights()::storedDType),
            threads,
            contextLength(model.config(), options),
            options.cacheDirectory(),
            options.warnings()));
  }
}
