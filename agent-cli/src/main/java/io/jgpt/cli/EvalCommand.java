package io.jgpt.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code jgpt eval NAME}: figures with confidence intervals; without a name, the names. */
@Command(name = "eval", sortOptions = false)
final class EvalCommand implements Callable<Integer> {

  private final Invocation invocation;

  @Mixin private CommonOptions common;

  @Spec private CommandSpec spec;

  EvalCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    common.apply(invocation);
    CommandLine command = spec.commandLine();
    command.usage(command.getOut(), command.getColorScheme());
    return ExitCode.DONE.value();
  }
}
