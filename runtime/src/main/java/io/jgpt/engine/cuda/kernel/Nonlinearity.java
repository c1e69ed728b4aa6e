package io.jgpt.engine.cuda.kernel;

/** The activations, by the codes of {@code kernels/src/main/cuda/common/activation.cuh}. */
public enum Nonlinearity {
  IDENTITY(0),
  /** GELU by its tanh approximation. */
  GELU_TANH(1),
  /** Exact GELU, by erf. */
  GELU_ERF(2),
  RELU(3),
  /** {@code x sigmoid(x)}. */
  SILU(4);

  private final int code;

  Nonlinearity(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
