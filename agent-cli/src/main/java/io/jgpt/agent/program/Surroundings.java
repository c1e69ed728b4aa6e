package io.jgpt.agent.program;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * What programs see of the system. Nothing of jgpt's own environment reaches them but the locale,
 * so that their output is in the characters that jgpt expects.
 *
 * @param locale {@code LANG} and {@code LC_*} of jgpt's environment
 * @param encoding of what programs write
 */
public record Surroundings(Map<String, String> locale, Charset encoding) {

  private static final List<String> LOCALE = List.of("LANG", "LC_ALL", "LC_CTYPE", "LC_MESSAGES");

  /** Where programs are looked for, whatever the user's {@code PATH} is. */
  private static final List<String> PLACES = List.of("/usr/local/bin", "/usr/bin", "/bin");

  /** A home that does not exist: neither the user's settings and keys, nor those of a workspace. */
  private static final String HOME = "/nonexistent";

  /** Copies the locale. */
  public Surroundings {
    locale = Map.copyOf(locale);
  }

  /** The surroundings that jgpt's own environment leads to. */
  public static Surroundings of(Map<String, String> environment, Charset encoding) {
    Map<String, String> locale = new LinkedHashMap<>(environment);
    locale.keySet().retainAll(LOCALE);
    return new Surroundings(locale, encoding);
  }

  /** The whole environment of a program. */
  SequencedMap<String, String> environment() {
    SequencedMap<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", String.join(":", PLACES));
    environment.put("HOME", HOME);
    environment.putAll(locale);
    return environment;
  }

  /**
   * The file of a program.
   *
   * @param name of a program in the usual places, or an absolute path
   * @throws IOException if there is none
   */
  static Path find(String name) throws IOException {
    if (name.startsWith("/")) {
      Path file = Path.of(name);
      if (Files.isRegularFile(file) && Files.isExecutable(file)) {
        return file;
      }
      throw new IOException("no program " + name);
    }
    for (String place : PLACES) {
      Path file = Path.of(place, name);
      if (Files.isRegularFile(file) && Files.isExecutable(file)) {
        return file;
      }
    }
    throw new IOException("no program " + name + " in " + String.join(", ", PLACES));
  }
}
