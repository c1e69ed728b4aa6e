package io.jgpt.engine.cpu;

import io.jgpt.error.DeviceException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The library of the native operators, from the jar. It is loaded from a private directory (0700)
 * that is gone a moment later, so that nobody can put another file in its place and two class
 * loaders do not meet in one path.
 */
final class NativeLibrary {

  private static final String NAME = "libjgpt_cpu.so";
  private static final String RESOURCE = "linux-x86_64/" + NAME;

  /** What came of loading the library. */
  sealed interface Loading {}

  /** It is there, for as long as the process lives: its threads may run for as long. */
  record Loaded(SymbolLookup symbols) implements Loading {}

  /** It is not, with the one line that says why. */
  record Failed(DeviceException reason) implements Loading {}

  private static final Loading LOADING = load();

  private NativeLibrary() {}

  /** Loads the library on the first call. */
  static Loading loading() {
    return LOADING;
  }

  private static Loading load() {
    try (InputStream library = NativeLibrary.class.getResourceAsStream(RESOURCE)) {
      if (library == null) {
        return new Failed(new DeviceException("engine.native-missing", RESOURCE));
      }
      return new Loaded(load(library));
    } catch (IOException | IllegalArgumentException e) {
      return new Failed(new DeviceException(e, "engine.native-load", e.getMessage()));
    }
  }

  private static SymbolLookup load(InputStream library) throws IOException {
    Path directory = Files.createTempDirectory("jgpt");
    Path copy = directory.resolve(NAME);
    try {
      Files.copy(library, copy);
      return SymbolLookup.libraryLookup(copy, Arena.global());
    } finally {
      Files.deleteIfExists(copy);
      Files.deleteIfExists(directory);
    }
  }
}
