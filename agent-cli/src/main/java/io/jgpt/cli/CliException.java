package io.jgpt.cli;

/** What a command line, a file or a pipe gave cannot be used: one line, and an exit code. */
final class CliException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final ExitCode code;
  private final String key;
  private final transient Object[] arguments;

  /**
   * @param key of the line in {@code messages.properties}
   */
  CliException(Throwable cause, ExitCode code, String key, Object... arguments) {
    super(key, cause);
    this.code = code;
    this.key = key;
    this.arguments = arguments.clone();
  }

  static CliException usage(String key, Object... arguments) {
    return new CliException(null, ExitCode.USAGE, key, arguments);
  }

  static CliException input(String key, Object... arguments) {
    return new CliException(null, ExitCode.INPUT, key, arguments);
  }

  ExitCode code() {
    return code;
  }

  String message(Messages messages) {
    return messages.text(key, arguments);
  }
}
