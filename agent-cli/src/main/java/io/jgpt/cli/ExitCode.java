package io.jgpt.cli;

/** How a run ended, for scripts. Documented in the help of {@code jgpt}. */
enum ExitCode {
  DONE(0),
  /** A fault of jgpt itself, or output that cannot be written. */
  FAULT(1),
  USAGE(2),
  MODEL(3),
  DEVICE(4),
  INPUT(5),
  NETWORK(6),
  /** The agent stopped without reaching the goal. */
  STOPPED(7),
  INTERRUPTED(130);

  private final int value;

  ExitCode(int value) {
    this.value = value;
  }

  int value() {
    return value;
  }
}
