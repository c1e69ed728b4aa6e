package io.jgpt.cli;

import java.util.List;

/** The program: arguments in, exit code out. The only place that ends the JVM. */
public final class Main {

  private Main() {}

  /** What {@code scripts/jgpt} starts. */
  public static void main(String[] arguments) {
    Host host = Host.ofProcess();
    int code = run(host, arguments);
    host.interruption().finished();
    System.exit(code);
  }

  /**
   * Runs a command line. Of the process it knows what {@code host} holds.
   *
   * @param decoded arguments as Java decoded them
   * @return the exit code
   */
  static int run(Host host, String... decoded) {
    List<String> arguments = List.of(decoded);
    Invocation invocation = Invocation.of(host, arguments);
    Failures failures = Failures.of(invocation, arguments);
    try {
      return CommandLines.of(invocation, failures)
          .execute(Arguments.exact(decoded).toArray(String[]::new));
    } catch (RuntimeException | Error e) {
      return failures.tell(e);
    }
  }
}
