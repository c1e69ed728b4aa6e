package io.jgpt;

import io.jgpt.error.DeviceException;
import io.jgpt.error.JgptException;
import io.jgpt.error.ModelException;
import io.jgpt.model.ModelDirectory;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A GPU.
 *
 * @param ordinal as CUDA counts them, from 0
 * @param name as {@code NVIDIA H200}
 * @param computeCapability as {@code 9.0}
 * @param multiprocessors SMs
 * @param memoryBytes in all
 * @param freeBytes that a program could have now; 0 if the GPU lets nobody in
 * @param kernels which of jgpt's it runs, as {@code sm_90}; absent if none are for it
 * @param kernelsNeed the oldest CUDA whose driver can load these, as {@code 11.8}
 * @param problem why it cannot be used
 */
public record Gpu(
    int ordinal,
    String name,
    String computeCapability,
    int multiprocessors,
    long memoryBytes,
    long freeBytes,
    Optional<String> kernels,
    Optional<String> kernelsNeed,
    Optional<JgptException> problem) {

  /** As the options spell it: {@code cuda:0}. */
  public String device() {
    return "cuda:" + ordinal;
  }

  /**
   * What a model would take here. Nothing is loaded or allocated.
   *
   * @param directory of the model
   * @param options as for {@link LanguageModel#open}, but for the device
   * @throws ModelException if the model cannot be read
   * @throws DeviceException if GPUs cannot run it at all, or not as these options ask
   */
  public GpuMemory memoryOf(Path directory, Options options) {
    try (ModelDirectory model = ModelDirectory.open(directory)) {
      return EngineFactory.memory(this, model, options);
    }
  }
}
