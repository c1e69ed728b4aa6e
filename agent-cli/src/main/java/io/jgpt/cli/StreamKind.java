package io.jgpt.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a standard stream leads to. */
enum StreamKind {
  TERMINAL,
  PIPE,
  OTHER;

  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  /** As Linux tells; elsewhere all three are terminals if Java finds a console. */
  static StreamKind ofDescriptor(int descriptor) {
    if (!Files.isDirectory(DESCRIPTORS)) {
      return System.console().isTerminal() ? TERMINAL : OTHER;
    }
    try {
      String target =
          Files.readSymbolicLink(DESCRIPTORS.resolve(Integer.toString(descriptor))).toString();
      if (target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console")) {
        return TERMINAL;
      }
      return target.startsWith("pipe:") || target.startsWith("socket:") ? PIPE : OTHER;
    } catch (IOException e) {
      return OTHER; // the stream is closed: reading or writing it will say so
    }
  }
}
