package io.jgpt.engine.cpu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * How much memory the machine can still give without swapping: on Linux {@code MemAvailable}, less
 * where a control group (a container) sets a limit. Pages of files count as available: a mapped
 * model takes nothing from what its copy needs.
 */
final class HostMemory {

  private static final Path MEMINFO = Path.of("/proc/meminfo");
  private static final Path GROUP = Path.of("/proc/self/cgroup");

  private HostMemory() {}

  /** In bytes; {@link Long#MAX_VALUE} where the system does not tell. */
  static long available() {
    try {
      long available = kibibytes(MEMINFO, "MemAvailable:").orElse(Long.MAX_VALUE);
      return Math.min(available, availableInGroup());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static OptionalLong kibibytes(Path file, String name) throws IOException {
    if (!Files.isReadable(file)) {
      return OptionalLong.empty();
    }
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst();
  }

  /** The limit of the version 2 control group, less what it holds and could not drop. */
  private static long availableInGroup() throws IOException {
    if (!Files.isReadable(GROUP)) {
      return Long.MAX_VALUE;
    }
    String group =
        Files.readAllLines(GROUP).stream()
            .filter(line -> line.startsWith("0::/"))
            .map(line -> line.substring("0::/".length()))
            .findFirst()
            .orElse("");
    Path directory = Path.of("/sys/fs/cgroup", group);
    Path limit = directory.resolve("memory.max");
    if (!Files.isReadable(limit) || Files.readString(limit).startsWith("max")) {
      return Long.MAX_VALUE;
    }
    long used = Long.parseLong(Files.readString(directory.resolve("memory.current")).strip());
    long files =
        Files.readAllLines(directory.resolve("memory.stat")).stream()
            .filter(line -> line.startsWith("active_file ") || line.startsWith("inactive_file "))
            .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1)))
            .sum();
    return Long.parseLong(Files.readString(limit).strip()) - used + files;
  }
}
