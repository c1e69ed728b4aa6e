package io.jgpt;

import java.util.regex.Pattern;

/** Where a model runs. */
public sealed interface Device {

  /** A GPU if there is one that can be used, else the CPU. */
  record Auto() implements Device {}

  /** The CPU. */
  record Cpu() implements Device {}

  /**
   * An NVIDIA GPU.
   *
   * @param ordinal as CUDA counts them, from 0
   */
  record Cuda(int ordinal) implements Device {

    public Cuda {
      if (ordinal < 0) {
        throw new IllegalArgumentException("ordinal is " + ordinal + "; it must be at least 0");
      }
    }
  }

  /**
   * The device that {@code spelling} names: {@code auto}, {@code cpu}, {@code cuda} (the first GPU)
   * or {@code cuda:N}.
   *
   * @throws IllegalArgumentException if it names none
   */
  static Device parse(String spelling) {
    return switch (spelling) {
      case "auto" -> new Auto();
      case "cpu" -> new Cpu();
      case "cuda" -> new Cuda(0);
      default -> {
        if (Pattern.matches("cuda:[0-9]{1,3}", spelling)) {
          yield new Cuda(Integer.parseInt(spelling.substring(5)));
        }
        throw new IllegalArgumentException(
            "device is " + spelling + "; it must be auto, cpu, cuda or cuda:N");
      }
    };
  }
}
