package io.jgpt.model;

import java.util.Optional;

/** The FFN's activation, by the names of Hugging Face's {@code activation_function}. */
public enum Activation {
  /** GELU by its tanh approximation: {@code gelu_new}, {@code gelu_pytorch_tanh}. */
  GELU_TANH,
  /** Exact GELU, {@code x Phi(x)}, by erf: {@code gelu}. */
  GELU_ERF,
  RELU,
  /** {@code x sigmoid(x)}: {@code silu}, also called {@code swish}. */
  SILU;

  /** The activation that a {@code config.json} calls {@code name}; empty for one not known here. */
  public static Optional<Activation> named(String name) {
    return switch (name) {
      case "gelu_new", "gelu_pytorch_tanh" -> Optional.of(GELU_TANH);
      case "gelu" -> Optional.of(GELU_ERF);
      case "relu" -> Optional.of(RELU);
      case "silu", "swish" -> Optional.of(SILU);
      default -> Optional.empty();
    };
  }
}
