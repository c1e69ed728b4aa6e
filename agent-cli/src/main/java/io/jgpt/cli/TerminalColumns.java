package io.jgpt.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** How wide the terminal is. */
final class TerminalColumns {

  private static final int USUAL = 80;

  private TerminalColumns() {}

  /** What {@code COLUMNS} says, else what {@code stty} finds, else 80. */
  static int of(Map<String, String> environment) {
    String columns = environment.getOrDefault("COLUMNS", "");
    if (Pattern.matches("[1-9][0-9]{0,3}", columns)) {
      return Integer.parseInt(columns);
    }
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File("/dev/tty"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String size =
          new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
      if (stty.waitFor(1, TimeUnit.SECONDS) && Pattern.matches("[0-9]+ [1-9][0-9]{0,3}", size)) {
        return Integer.parseInt(size.substring(size.indexOf(' ') + 1));
      }
    } catch (IOException e) {
      return USUAL; // no stty, or no terminal to ask
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return USUAL;
  }
}
