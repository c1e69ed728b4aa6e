package io.jgpt.cli;

import java.io.File;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * All that a run has of the process around it, so that tests run commands in theirs.
 *
 * @param directory the working directory
 * @param bundled directories of the models that came with the program
 * @param recipes directories of the recipes that came with the program
 * @param locale decides the language where nobody says
 * @param columns of the terminal; asked only where help is shown or a status line drawn
 */
record Host(
    InputStream in,
    OutputStream out,
    OutputStream err,
    StreamKind inKind,
    StreamKind outKind,
    StreamKind errKind,
    Map<String, String> environment,
    Path directory,
    Path userHome,
    List<Path> bundled,
    List<Path> recipes,
    Locale locale,
    IntSupplier columns,
    Interruption interruption) {

  @SuppressWarnings("InputStreamSlowMultibyteRead") // FileInputStream reads blocks
  static Host ofProcess() {
    Map<String, String> environment = System.getenv();
    return new Host(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err),
        StreamKind.ofDescriptor(0),
        StreamKind.ofDescriptor(1),
        StreamKind.ofDescriptor(2),
        environment,
        Path.of(""),
        Path.of(environment.getOrDefault("HOME", System.getProperty("user.home"))),
        paths(System.getProperty("jgpt.bundled", "")),
        paths(System.getProperty("jgpt.recipes", "")),
        Locale.getDefault(),
        () -> TerminalColumns.of(environment),
        Interruption.ofProcess());
  }

  private static List<Path> paths(String joined) {
    return Arrays.stream(joined.split(File.pathSeparator))
        .filter(path -> !path.isEmpty())
        .map(Path::of)
        .toList();
  }
}
