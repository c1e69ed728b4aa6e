package io.jgpt.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code jgpt} without a command: shows the help. */
@Command(name = "jgpt", sortOptions = false)
final class JgptCommand implements Callable<Integer> {

  private final Invocation invocation;

  @Spec private CommandSpec spec;

  /** Read from the arguments by {@link Language#choose}, before parsing. */
  @SuppressWarnings("UnusedVariable")
  @Option(names = "--lang", paramLabel = "en|zh", converter = Values.LanguageName.class)
  private String language;

  /** Picocli shows the help instead of calling the command. */
  @SuppressWarnings("UnusedVariable")
  @Option(
      names = {"-h", "--help"},
      usageHelp = true)
  private boolean help;

  @Option(names = {"-V", "--version"})
  private boolean version;

  JgptCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    if (version) {
      invocation.output().write(Version.text());
    } else {
      CommandLine command = spec.commandLine();
      command.usage(command.getOut(), command.getColorScheme());
    }
    return ExitCode.DONE.value();
  }
}
