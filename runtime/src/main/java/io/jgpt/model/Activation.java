package io.jgpt.model;

/** The FFN's activation, by the names of Hugging Face's {@code activation_function}. */
public enum Activation {
  /** GELU by its tanh approximation: {@code gelu_new}, {@code gelu_pytorch_tanh}. */
  GELU_TANH,
  /** Exact GELU, {@code x Phi(x)}, by erf: {@code gelu}. */
  GELU_ERF,
  RELU,
  /** {@code x sigmoid(x)}: {@code silu}. */
  SILU
}
