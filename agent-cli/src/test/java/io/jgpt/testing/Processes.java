package io.jgpt.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Linux's {@code /proc} tells of processes. */
public final class Processes {

  private Processes() {}

  /** Whether it has ended, though its parent may not have taken notice yet. */
  public static boolean hasEnded(String pid) throws IOException {
    Path status = Path.of("/proc", pid, "stat");
    try {
      return Files.readString(status, StandardCharsets.ISO_8859_1).matches("(?s).*\\) [ZX] .*");
    } catch (IOException e) {
      if (Files.exists(status)) {
        throw e;
      }
      return true; // and its parent has taken notice, perhaps only now
    }
  }
}
