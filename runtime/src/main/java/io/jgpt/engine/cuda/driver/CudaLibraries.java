package io.jgpt.engine.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.List;

/** NVIDIA's libraries above the driver: which ones a user has. jgpt computes without them. */
public final class CudaLibraries {

  private static final List<String> KNOWN = List.of("libcublas.so.13", "libcublas.so.12");

  private CudaLibraries() {}

  /** File names of those that load here. Each is loaded and let go again, which takes a moment. */
  public static List<String> found() {
    return KNOWN.stream().filter(CudaLibraries::loads).toList();
  }

  private static boolean loads(String library) {
    try (Arena arena = Arena.ofConfined()) {
      SymbolLookup.libraryLookup(library, arena);
      return true;
    } catch (IllegalArgumentException e) {
      return false; // the answer
    }
  }
}
