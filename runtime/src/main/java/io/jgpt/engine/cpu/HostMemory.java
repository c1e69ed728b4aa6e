package io.jgpt.engine.cpu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How much memory the machine can still give without swapping: on Linux {@code MemAvailable}, less
 * where a control group (a container) sets a limit. Pages of files count as available: a mapped
 * model takes nothing from what its copy needs.
 */
final class HostMemory {

  /** How the two versions of control groups name what they tell; both may be in use at once. */
  private enum Version {
    ONE("memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_"),
    TWO("", "memory.max", "memory.current", "");

    private final String controller;
    private final String limit;
    private final String held;
    private final String prefix; // of the names in memory.stat

    Version(String controller, String limit, String held, String prefix) {
      this.controller = controller;
      this.limit = limit;
      this.held = held;
      this.prefix = prefix;
    }
  }

  /** Version one writes "no limit" as a number close to the largest. */
  private static final long UNLIMITED = 1L << 60;

  private static final Path PROC = Path.of("/proc");
  private static final Path CONTROL_GROUPS = Path.of("/sys/fs/cgroup");

  private HostMemory() {}

  /** In bytes; {@link Long#MAX_VALUE} where the system does not tell. */
  static long available() {
    return available(PROC, CONTROL_GROUPS);
  }

  /** As above, with the places where the system tells. */
  static long available(Path proc, Path controlGroups) {
    try {
      return Math.min(availableInMachine(proc), availableInGroups(proc, controlGroups));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long availableInMachine(Path proc) throws IOException {
    return lines(proc.resolve("meminfo")).stream()
        .filter(line -> line.startsWith("MemAvailable:"))
        .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(Long.MAX_VALUE);
  }

  /** Of this process's control groups and those around them, the tightest. */
  private static long availableInGroups(Path proc, Path controlGroups) throws IOException {
    long available = Long.MAX_VALUE;
    for (String line : lines(proc.resolve("self/cgroup"))) { // number:controllers:/path
      String[] parts = line.split(":", 3);
      for (Version version : Version.values()) {
        if (parts.length == 3 && parts[1].equals(version.controller)) {
          Path root = controlGroups.resolve(version.controller);
          available = Math.min(available, availableUpTo(root, parts[2], version));
        }
      }
    }
    return available;
  }

  private static long availableUpTo(Path root, String group, Version version) throws IOException {
    long available = Long.MAX_VALUE;
    Path directory = root.resolve(group.substring(1)).normalize();
    if (!directory.startsWith(root)) {
      directory = root; // "/../x": a group outside of what this container sees
    }
    while (directory.startsWith(root)) {
      available = Math.min(available, availableIn(directory, version));
      directory = directory.getParent();
    }
    return available;
  }

  /** The group's limit, less what it holds and could not drop. */
  private static long availableIn(Path group, Version version) throws IOException {
    List<String> lines = lines(group.resolve(version.limit));
    if (lines.isEmpty() || lines.getFirst().equals("max")) {
      return Long.MAX_VALUE;
    }
    long limit = Long.parseLong(lines.getFirst());
    if (limit >= UNLIMITED) {
      return Long.MAX_VALUE;
    }
    long held = Long.parseLong(lines(group.resolve(version.held)).getFirst());
    long files =
        lines(group.resolve("memory.stat")).stream()
            .filter(line -> line.matches(version.prefix + "(in)?active_file .*"))
            .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1)))
            .sum();
    return Math.max(0, limit - held + files);
  }

  /** None where there is no such file. */
  private static List<String> lines(Path file) throws IOException {
    return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
  }
}
