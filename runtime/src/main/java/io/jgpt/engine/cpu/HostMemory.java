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
      return Math.min(availableInMachine(proc), availableInGroup(proc, controlGroups));
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

  /** Of this process's control group (version 2) and those around it, the tightest. */
  private static long availableInGroup(Path proc, Path controlGroups) throws IOException {
    String group =
        lines(proc.resolve("self/cgroup")).stream()
            .filter(line -> line.startsWith("0::/"))
            .map(line -> line.substring("0::/".length()))
            .findFirst()
            .orElse("");
    long available = Long.MAX_VALUE;
    Path directory = controlGroups.resolve(group).normalize();
    if (!directory.startsWith(controlGroups)) {
      directory = controlGroups; // "/../x": a group outside of what this container sees
    }
    while (directory.startsWith(controlGroups)) {
      available = Math.min(available, availableIn(directory));
      directory = directory.getParent();
    }
    return available;
  }

  /** The group's limit, less what it holds and could not drop. */
  private static long availableIn(Path group) throws IOException {
    List<String> limit = lines(group.resolve("memory.max"));
    if (limit.isEmpty() || limit.getFirst().equals("max")) {
      return Long.MAX_VALUE;
    }
    long held = Long.parseLong(lines(group.resolve("memory.current")).getFirst());
    long files =
        lines(group.resolve("memory.stat")).stream()
            .filter(line -> line.startsWith("active_file ") || line.startsWith("inactive_file "))
            .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1)))
            .sum();
    return Math.max(0, Long.parseLong(limit.getFirst()) - held + files);
  }

  /** None where there is no such file. */
  private static List<String> lines(Path file) throws IOException {
    return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
  }
}
