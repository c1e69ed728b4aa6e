package io.jgpt.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Text from a file or from standard input: UTF-8, or an error that names the byte. */
final class TextInput {

  /** Far above what any context holds; what is longer was not meant. */
  private static final int LIMIT = 1 << 29;

  private static final String STDIN = "-";

  private final Invocation invocation;

  TextInput(Invocation invocation) {
    this.invocation = invocation;
  }

  /** The text of standard input. At a terminal a note says that it is waited for. */
  String ofStdin() {
    Host host = invocation.host();
    if (host.inKind() == StreamKind.TERMINAL) {
      invocation.diagnostics().note("note.stdin");
    }
    try {
      return decode(read(host.in(), invocation.messages().text("stdin")), "stdin");
    } catch (IOException e) {
      throw unreadable("stdin", e);
    }
  }

  /** The text of a file, or of standard input if it is called {@code -}. */
  String ofFile(String name) {
    if (name.equals(STDIN)) {
      return ofStdin();
    }
    Path file = path(name);
    if (!Files.exists(file)) {
      throw CliException.input("error.file.missing", name);
    }
    if (Files.isDirectory(file)) {
      throw CliException.input("error.file.directory", name);
    }
    try (InputStream in = Files.newInputStream(file)) {
      return decode(read(in, name), name);
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  /**
   * As {@link #ofStdin}, for a prompt: without the byte order mark that editors put before it and
   * the newline that {@code echo} puts behind.
   */
  static String asPrompt(String text) {
    int begin = text.startsWith("\uFEFF") ? 1 : 0;
    int end = text.length();
    if (end > begin && text.charAt(end - 1) == '\n') {
      end--;
      if (end > begin && text.charAt(end - 1) == '\r') {
        end--;
      }
    }
    return text.substring(begin, end);
  }

  private Path path(String name) {
    try {
      return invocation.host().directory().resolve(name);
    } catch (InvalidPathException e) {
      throw new CliException(e, ExitCode.INPUT, "error.file.name", name);
    }
  }

  private static byte[] read(InputStream in, String name) throws IOException {
    byte[] bytes = in.readNBytes(LIMIT);
    if (bytes.length == LIMIT) {
      throw CliException.input("error.file.large", name, LIMIT >> 20);
    }
    return bytes;
  }

  private static String decode(byte[] bytes, String name) {
    return Utf8.decode(bytes)
        .orElseThrow(() -> CliException.input("error.file.utf8", name, Utf8.firstInvalid(bytes)));
  }

  private static CliException unreadable(String name, IOException e) {
    return new CliException(e, ExitCode.INPUT, "error.file.unreadable", name, Failures.reason(e));
  }
}
