package io.jgpt.agent.program;

import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.json.JsonValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the tool {@code shell} may run, as a policy file says.
 *
 * @param commands what may be run; at least one
 * @param time of one command
 * @param bytes most output of one command
 */
public record ShellRules(List<Allowed> commands, Duration time, int bytes) {

  private static final long USUAL_SECONDS = 10;
  private static final long MOST_SECONDS = 600;
  private static final long USUAL_BYTES = 64 << 10;
  private static final long MOST_BYTES = 16 << 20;

  /** Copies the list. */
  public ShellRules {
    commands = List.copyOf(commands);
  }

  /**
   * A program.
   *
   * @param program a name, looked up in the usual places, or an absolute path
   * @param verbs one of which the first argument must be; none if the program has no such
   * @param flags that may be given, letter by letter; one that ends with {@code =} takes a value
   */
  public record Allowed(String program, List<String> verbs, Set<String> flags) {

    /** Copies. */
    public Allowed {
      verbs = List.copyOf(verbs);
      flags = Set.copyOf(flags);
    }

    private static Allowed read(JsonValue.Members command) throws JsonException {
      command.requireOnly("a command", "program", "verbs", "flags");
      String program = command.text("program");
      boolean path = program.startsWith("/");
      if (program.isEmpty() || (!path && program.contains("/"))) {
        throw new JsonException("\"program\" is neither a name nor an absolute path");
      }
      Set<String> flags = new HashSet<>(texts(command, "flags"));
      for (String flag : flags) {
        if (!flag.startsWith("-")) {
          throw new JsonException("a flag starts with -, unlike \"" + flag + "\"");
        }
      }
      return new Allowed(program, texts(command, "verbs"), flags);
    }

    private static List<String> texts(JsonValue.Members command, String name) throws JsonException {
      List<String> texts = new ArrayList<>();
      for (JsonValue element : command.elements(name)) {
        texts.add(element.asText());
      }
      return texts;
    }
  }

  /**
   * Reads the section {@code shell} of a policy.
   *
   * @throws JsonException if it is none
   */
  public static ShellRules read(JsonValue.Members section) throws JsonException {
    section.requireOnly("shell", "commands", "seconds", "bytes");
    List<Allowed> commands = new ArrayList<>();
    for (JsonValue command : section.elements("commands")) {
      commands.add(Allowed.read(command.asObject()));
    }
    if (commands.isEmpty()) {
      throw new JsonException("\"commands\" is missing");
    }
    return new ShellRules(
        commands,
        Duration.ofSeconds(section.wholeWithin("seconds", 1, MOST_SECONDS, USUAL_SECONDS)),
        (int) section.wholeWithin("bytes", 1, MOST_BYTES, USUAL_BYTES));
  }
}
