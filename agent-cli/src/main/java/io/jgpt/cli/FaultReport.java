package io.jgpt.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a fault of jgpt leaves behind for its makers: versions, the machine, the options' names and
 * the stack trace. Of the command line it holds names alone, since values may be private.
 */
final class FaultReport {

  private final Path home;
  private final List<String> arguments;

  FaultReport(Path home, List<String> arguments) {
    this.home = home;
    this.arguments = List.copyOf(arguments);
  }

  /** Writes the report; returns its path. */
  Path write(String trace) throws IOException {
    Path directory = home.resolve("reports");
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      directory = Path.of(System.getProperty("java.io.tmpdir"));
    }
    String text =
        Version.text()
            + "\n"
            + Instant.now().truncatedTo(ChronoUnit.SECONDS)
            + "\n"
            + Runtime.getRuntime().availableProcessors()
            + " processors, heap "
            + (Runtime.getRuntime().maxMemory() >> 20)
            + " MiB\njgpt "
            + names()
            + "\n\n"
            + trace;
    return Files.writeString(Files.createTempFile(directory, "jgpt-fault-", ".txt"), text);
  }

  private String names() {
    // The first one is the command; everything else that is no option may be private.
    String command = arguments.isEmpty() ? "" : arguments.getFirst();
    return arguments.stream()
        .map(argument -> argument.equals(command) ? name(command, "[a-z]+") : option(argument))
        .collect(Collectors.joining(" "));
  }

  private static String option(String argument) {
    int equals = argument.indexOf('=');
    String names = "--?[a-z][a-z-]*";
    return equals < 0 ? name(argument, names) : name(argument.substring(0, equals), names) + "=...";
  }

  private static String name(String argument, String allowed) {
    return Pattern.matches(allowed, argument) ? argument : "...";
  }
}
