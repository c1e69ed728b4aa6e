package io.jgpt.agent.program;

import io.jgpt.agent.program.ShellRules.Allowed;
import io.jgpt.agent.tool.Arguments;
import io.jgpt.agent.tool.Effect;
import io.jgpt.agent.tool.Parameter;
import io.jgpt.agent.tool.Tool;
import io.jgpt.agent.tool.ToolContext;
import io.jgpt.agent.tool.ToolException;
import io.jgpt.agent.tool.ToolResult;
import io.jgpt.agent.tool.ToolSpec;
import io.jgpt.agent.tool.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Runs a command in the workspace: a program and flags that the policy names, and arguments that
 * are paths inside the workspace or plain words. What it prints is content: nothing in it may name
 * a target.
 */
public final class Shell implements Tool {

  /** What may stand before a path within one argument, as in {@code if=/etc/passwd}. */
  private static final String SEPARATORS = "=:,@";

  private final ShellRules rules;
  private final Path directory;
  private final Surroundings surroundings;
  private final ToolSpec spec;

  /**
   * @param directory the root of the workspace that calls come with
   */
  public Shell(ShellRules rules, Path directory, Surroundings surroundings) {
    this.rules = rules;
    this.directory = directory;
    this.surroundings = surroundings;
    this.spec =
        new ToolSpec(
            "shell",
            "Runs a program in the workspace: " + names(rules),
            List.of(
                Parameter.required(
                    "command",
                    Parameter.Kind.COMMAND,
                    "the program with its arguments; there is no shell, so no ; | > or *")),
            Effect.RUNS);
  }

  private static String names(ShellRules rules) {
    return rules.commands().stream()
        .map(
            allowed ->
                allowed.verbs().isEmpty()
                    ? allowed.program()
                    : allowed.program() + " " + String.join("/", allowed.verbs()))
        .distinct()
        .collect(Collectors.joining(", "));
  }

  @Override
  public ToolSpec spec() {
    return spec;
  }

  @Override
  public ToolResult call(Arguments arguments, ToolContext context) throws ToolException {
    List<String> words = CommandWords.split(arguments.text("command"));
    check(words, context.workspace());
    try (Child child =
        Child.start(words, surroundings, Map.of(), directory, Child.Streams.OUTPUT_ALONE)) {
      return result(child);
    } catch (IOException e) {
      throw new ToolException(e.getMessage(), e);
    } catch (IllegalStateException e) {
      throw new ToolException("the command was stopped, but " + e.getMessage(), e);
    }
  }

  private ToolResult result(Child child) throws ToolException {
    var output = new BoundedOutput(child.process(), rules.bytes());
    try {
      boolean ended = child.process().waitFor(rules.time().toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        throw new ToolException("not done within " + rules.time().toSeconds() + " s, stopped");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ToolException("stopped with the run", e);
    } finally {
      child.close(); // also what runs on in the background, and may keep the output open
    }
    String text = output.text(surroundings.encoding()).stripTrailing();
    if (output.exceeded()) {
      return new ToolResult(
          "error: more than " + rules.bytes() + " bytes of output, stopped\n" + text, true, true);
    }
    int code = child.process().exitValue();
    if (code != 0) {
      return new ToolResult("error: exit code " + code + "\n" + text, true, true);
    }
    return new ToolResult(text.isEmpty() ? "(no output)" : text, false, true);
  }

  private void check(List<String> words, Workspace workspace) throws ToolException {
    List<Allowed> byName =
        rules.commands().stream().filter(a -> a.program().equals(words.getFirst())).toList();
    if (byName.isEmpty()) {
      throw new ToolException(
          words.getFirst() + " is not among the programs of the policy: " + names(rules));
    }
    ToolException refusal = null;
    for (Allowed allowed : byName) {
      try {
        check(allowed, words.subList(1, words.size()), workspace);
        return;
      } catch (ToolException e) {
        refusal = e;
      }
    }
    throw refusal;
  }

  private static void check(Allowed allowed, List<String> arguments, Workspace workspace)
      throws ToolException {
    List<String> rest = arguments;
    if (!allowed.verbs().isEmpty()) {
      if (rest.isEmpty() || !allowed.verbs().contains(rest.getFirst())) {
        throw new ToolException(
            "after " + allowed.program() + " comes one of: " + String.join(", ", allowed.verbs()));
      }
      rest = rest.subList(1, rest.size());
    }
    for (String argument : rest) {
      if (!argument.startsWith("-")) {
        checkInside(argument, workspace);
      } else if (!allowed.flags().contains(argument)) {
        int equals = argument.indexOf('=');
        if (equals < 0 || !allowed.flags().contains(argument.substring(0, equals + 1))) {
          throw new ToolException(
              "the policy does not let " + allowed.program() + " have " + argument);
        }
        checkInside(argument.substring(equals + 1), workspace);
      }
    }
  }

  /** The argument, and every end of it that a program could take for a path. */
  private static void checkInside(String argument, Workspace workspace) throws ToolException {
    workspace.requireInside(argument);
    for (int i = 0; i < argument.length() - 1; i++) {
      if (SEPARATORS.indexOf(argument.charAt(i)) >= 0) {
        workspace.requireInside(argument.substring(i + 1));
      }
    }
  }
}
