package io.jgpt.engine.cuda.driver;

import io.jgpt.error.DeviceException;
import java.util.Set;
import jcuda.CudaException;
import jcuda.driver.CUresult;

/**
 * What a call of the driver answered: {@link #SUCCESS}, or the name of a code, as {@code
 * CUDA_ERROR_OUT_OF_MEMORY}.
 *
 * <p>JCuda throws the name of a code while its exceptions are on. They are switched on when the
 * library is loaded, but that switch is a static one which any user of JCuda in the same process
 * may turn, and some calls ignore it: so the returned code is read as well.
 */
final class DriverResult {

  static final String SUCCESS = "CUDA_SUCCESS";
  static final String OUT_OF_MEMORY = "CUDA_ERROR_OUT_OF_MEMORY";
  static final String NO_DEVICE = "CUDA_ERROR_NO_DEVICE";

  /** After these the context answers every call with the same code until it is destroyed. */
  private static final Set<String> STICKY =
      Set.of(
          "CUDA_ERROR_ASSERT",
          "CUDA_ERROR_CONTAINED",
          "CUDA_ERROR_CONTEXT_IS_DESTROYED",
          "CUDA_ERROR_DEINITIALIZED",
          "CUDA_ERROR_DEVICE_UNAVAILABLE",
          "CUDA_ERROR_ECC_UNCORRECTABLE",
          "CUDA_ERROR_EXTERNAL_DEVICE",
          "CUDA_ERROR_HARDWARE_STACK_ERROR",
          "CUDA_ERROR_ILLEGAL_ADDRESS",
          "CUDA_ERROR_ILLEGAL_INSTRUCTION",
          "CUDA_ERROR_INVALID_ADDRESS_SPACE",
          "CUDA_ERROR_INVALID_PC",
          "CUDA_ERROR_LAUNCH_FAILED",
          "CUDA_ERROR_LAUNCH_TIMEOUT",
          "CUDA_ERROR_MISALIGNED_ADDRESS",
          "CUDA_ERROR_MPS_CLIENT_TERMINATED",
          "CUDA_ERROR_NVLINK_UNCORRECTABLE",
          "CUDA_ERROR_UNKNOWN");

  /** A call of JCuda, with the code that it returns. */
  @FunctionalInterface
  interface Call {
    int run();
  }

  private DriverResult() {}

  /** Runs the call; its answer either way. */
  static String of(Call call) {
    try {
      return of(call.run());
    } catch (CudaException e) {
      return of(e);
    }
  }

  static String of(int code) {
    return code == CUresult.CUDA_SUCCESS ? SUCCESS : CUresult.stringFor(code);
  }

  /** The code that JCuda's exception stands for. */
  static String of(CudaException e) {
    return e.getMessage();
  }

  static boolean isSticky(String result) {
    return STICKY.contains(result);
  }

  /**
   * Runs a call that belongs to no context.
   *
   * @throws DeviceException if it fails
   */
  static void require(String name, Call call) {
    String result = of(call);
    if (!result.equals(SUCCESS)) {
      throw new DeviceException("cuda.setup", name, result);
    }
  }
}
