package io.jgpt.cli;

import io.jgpt.testing.ActingModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Runs command lines in this process, on a directory tree of its own with three bundled models. */
final class Shell {

  /**
   * What a run left.
   *
   * @param code exit code
   */
  record Run(int code, String out, String err) {}

  final Path root;
  final Path directory;
  final Path userHome;
  final Map<String, String> environment = new HashMap<>();
  final Interruption interruption = new Interruption();
  InputStream in = InputStream.nullInputStream();
  OutputStream out = new ByteArrayOutputStream();
  StreamKind inKind = StreamKind.OTHER;
  StreamKind outKind = StreamKind.PIPE;
  StreamKind errKind = StreamKind.PIPE;
  List<Path> recipes = List.of();
  Locale locale = Locale.ENGLISH;
  int columns = 80;

  Shell(Path root) {
    this.root = root;
    this.directory = root.resolve("work");
    this.userHome = root.resolve("user");
    try {
      Files.createDirectories(directory);
      Files.createDirectories(userHome);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    TinyModel.write(root.resolve("bundled/mini"));
    TinyModel.write(root.resolve("bundled/other"));
    ActingModel.write(root.resolve("bundled/acting"), 5);
    env("JGPT_DEVICE", "cpu"); // the same on every machine
  }

  Path mini() {
    return root.resolve("bundled/mini");
  }

  /** What is kept about the user. */
  Path state() {
    return userHome.resolve(".local/state/jgpt");
  }

  Shell stdin(String text) {
    return stdin(text.getBytes(StandardCharsets.UTF_8));
  }

  Shell stdin(byte... bytes) {
    in = new ByteArrayInputStream(bytes);
    inKind = StreamKind.PIPE;
    return this;
  }

  /** Writes a file under the working directory. */
  Shell file(String name, String text) {
    return file(directory.resolve(name), text);
  }

  Shell file(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Shell env(String name, String value) {
    environment.put(name, value);
    return this;
  }

  Host host(OutputStream err) {
    return new Host(
        in,
        out,
        err,
        inKind,
        outKind,
        errKind,
        environment,
        directory,
        userHome,
        List.of(root.resolve("bundled")),
        recipes,
        locale,
        () -> columns,
        interruption);
  }

  Run run(String... arguments) {
    var err = new ByteArrayOutputStream();
    int code = Main.run(host(err), arguments);
    Run run = new Run(code, out.toString(), err.toString(StandardCharsets.UTF_8));
    if (out instanceof ByteArrayOutputStream written) {
      run = new Run(code, written.toString(StandardCharsets.UTF_8), run.err());
      written.reset();
    }
    return run;
  }
}
