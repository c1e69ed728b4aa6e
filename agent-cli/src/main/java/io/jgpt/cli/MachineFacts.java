package io.jgpt.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/** What the machine says of itself, where it does, as Linux. */
final class MachineFacts {

  /** The instruction sets that make a difference to the CPU engine. */
  private static final Set<String> INSTRUCTIONS =
      Set.of("avx2", "fma", "f16c", "avx512f", "avx512_vnni", "avx512_bf16", "avx_vnni", "asimd");

  private static final Path CPU = Path.of("/proc/cpuinfo");
  private static final Path MEMORY = Path.of("/proc/meminfo");
  private static final Path MAPPINGS = Path.of("/proc/self/maps");

  private MachineFacts() {}

  /** The processor's name; that of its kind where it has none. */
  static String processor() {
    return field(CPU, "model name").orElse(System.getProperty("os.arch"));
  }

  /** Those of the instruction sets that the processor has, in alphabetical order. */
  static List<String> instructions() {
    String flags = field(CPU, "flags").or(() -> field(CPU, "Features")).orElse("");
    return Arrays.stream(flags.split(" ")).filter(INSTRUCTIONS::contains).sorted().toList();
  }

  /** Bytes of memory in all. */
  static OptionalLong totalMemory() {
    return kibibytes("MemTotal");
  }

  /** Bytes that can be had without swapping. */
  static OptionalLong availableMemory() {
    return kibibytes("MemAvailable");
  }

  /** Path of a native library that this process has loaded, whose file name begins so. */
  static Optional<String> loaded(String library) {
    if (!Files.isReadable(MAPPINGS)) {
      return Optional.empty();
    }
    try (Stream<String> lines = Files.lines(MAPPINGS)) { // address, rights, ..., and then the path
      return lines
          .filter(line -> line.contains("/" + library))
          .map(line -> line.substring(line.indexOf('/')))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty(); // a fact that cannot be had
    }
  }

  private static OptionalLong kibibytes(String name) {
    Optional<String> value = field(MEMORY, name);
    return value.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(1024 * Long.parseLong(value.get().replaceAll("\\D", "")));
  }

  /** Value of the first line {@code name : value}. */
  private static Optional<String> field(Path file, String name) {
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.contains(":"))
          .filter(line -> line.substring(0, line.indexOf(':')).strip().equals(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst();
    } catch (IOException e) {
      return Optional.empty(); // a fact that cannot be had
    }
  }
}
