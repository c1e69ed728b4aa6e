package io.jgpt;

import io.jgpt.error.JgptException;
import java.util.List;
import java.util.Optional;

/**
 * The NVIDIA GPUs of this machine, and what keeps jgpt from using them. For people; a model is
 * opened by {@link Options#device} without asking here first.
 *
 * @param driver the newest CUDA that the driver supports, as {@code 13.0}; absent where no driver
 *     can be used
 * @param devices as CUDA counts them
 * @param libraries of NVIDIA above the driver, by file name: of use to {@code --gemm cublas}, and
 *     needed by nothing else
 * @param problem why there is none that can be used; absent where there is nothing to use, too
 */
public record Gpus(
    Optional<String> driver,
    List<Gpu> devices,
    List<String> libraries,
    Optional<JgptException> problem) {

  public Gpus {
    devices = List.copyOf(devices);
    libraries = List.copyOf(libraries);
  }

  /** Looks for them: loads the driver, and opens each GPU for a moment. */
  public static Gpus find() {
    return EngineFactory.gpus();
  }
}
