package io.jgpt.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The arguments as they were typed. Java decodes them by the locale: under {@code LANG=C} every
 * byte above 127 is lost, and under UTF-8 an invalid one turns into U+FFFD in silence. Linux still
 * has the bytes.
 */
final class Arguments {

  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

  private Arguments() {}

  /**
   * The arguments, decoded as UTF-8 where Java could not.
   *
   * @throws CliException if one is no UTF-8
   */
  static List<String> exact(String... decoded) {
    boolean lost = Arrays.stream(decoded).anyMatch(argument -> argument.indexOf('\uFFFD') >= 0);
    if (!lost || !Files.isReadable(COMMAND_LINE)) {
      return List.of(decoded);
    }
    try {
      return exact(Files.readAllBytes(COMMAND_LINE), decoded.length);
    } catch (IOException e) {
      return List.of(decoded);
    }
  }

  /** The last {@code count} of the arguments in {@code commandLine}, each ended by a 0 byte. */
  static List<String> exact(byte[] commandLine, int count) {
    List<byte[]> all = new ArrayList<>();
    int begin = 0;
    for (int i = 0; i < commandLine.length; i++) {
      if (commandLine[i] == 0) {
        all.add(Arrays.copyOfRange(commandLine, begin, i));
        begin = i + 1;
      }
    }
    return all.subList(all.size() - count, all.size()).stream().map(Arguments::decode).toList();
  }

  private static String decode(byte[] argument) {
    return Utf8.decode(argument)
        .orElseThrow(
            () ->
                CliException.input(
                    "error.argument.utf8",
                    new String(argument, StandardCharsets.UTF_8),
                    Utf8.firstInvalid(argument)));
  }
}
