package io.jgpt.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a figure needs beside it: hardware, versions, the commit. */
final class Machine {

  private static final Path PROCESSOR = Path.of("/proc/cpuinfo");

  private Machine() {}

  static Map<String, Object> facts(Path root, Command command) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("processor", processor());
    facts.put("processors", Runtime.getRuntime().availableProcessors());
    facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    facts.put("java", System.getProperty("java.runtime.version"));
    facts.put("commit", commit(root, command));
    nvidia(command, "name,driver_version,clocks.max.sm,clocks.max.mem,power.limit,vbios_version")
        .lines()
        .findFirst()
        .ifPresent(line -> facts.put("nvidia_smi", line));
    return facts;
  }

  /** What NVIDIA's tool says of each GPU, a line each; empty where it is missing. */
  static String nvidia(Command command, String fields) {
    try {
      return command.run(
          Duration.ofSeconds(30),
          List.of("nvidia-smi", "--query-gpu=" + fields, "--format=csv,noheader"));
    } catch (PeerException e) {
      return ""; // a fact that cannot be had
    }
  }

  static String processor() {
    try (var lines = Files.lines(PROCESSOR)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }

  /** A bundle says what it was made of; a checkout's git does. */
  private static String commit(Path root, Command command) {
    try {
      Path bundled = root.resolve("VERSION");
      return Files.exists(bundled)
          ? Files.readString(bundled).strip().replace('\n', ',')
          : command
              .run(
                  Duration.ofSeconds(30),
                  List.of("git", "-C", root.toString(), "describe", "--always", "--dirty"))
              .strip();
    } catch (IOException | PeerException e) {
      return "unknown";
    }
  }
}
