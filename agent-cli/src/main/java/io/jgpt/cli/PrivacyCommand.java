package io.jgpt.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code jgpt privacy}: what is kept about the user, and how to have it, change it, be rid of it.
 */
@Command(name = "privacy", sortOptions = false)
final class PrivacyCommand implements Callable<Integer> {

  private final Invocation invocation;

  @Spec private CommandSpec spec;

  @Mixin private CommonOptions common;

  private PrivacyCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  static CommandLine of(Invocation invocation) {
    return new CommandLine(new PrivacyCommand(invocation))
        .addSubcommand(new PrivacyShow(invocation))
        .addSubcommand(new PrivacyProfile(invocation))
        .addSubcommand(new PrivacyExport(invocation))
        .addSubcommand(new PrivacyErase(invocation))
        .addSubcommand(new PrivacyFeedback(invocation));
  }

  /** Alone it does nothing. */
  @Override
  public Integer call() {
    common.apply(invocation);
    CommandLine command = spec.commandLine();
    command.usage(command.getOut(), command.getColorScheme());
    return ExitCode.DONE.value();
  }
}
