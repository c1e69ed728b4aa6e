package io.jgpt.cli;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParseResult;

/** The command line as picocli knows it. */
final class CommandLines {

  private static final int NARROWEST_HELP = 55;
  private static final int USUAL_HELP = 80;
  private static final int WIDEST_HELP = 100;

  private CommandLines() {}

  static CommandLine of(Invocation invocation, Failures failures) {
    Host host = invocation.host();
    // Its warnings would go to standard error past our own.
    CommandLine.tracer().setLevel(CommandLine.TraceLevel.OFF);
    CommandLine jgpt =
        new CommandLine(new JgptCommand(invocation))
            .addSubcommand(new GenerateCommand(invocation))
            .addSubcommand(new AgentCommand(invocation))
            .addSubcommand(new PerplexityCommand(invocation))
            .addSubcommand(
                new CommandLine(new EvalCommand(invocation))
                    .addSubcommand(new EvalAgentCommand(invocation)))
            .addSubcommand(new TokenizeCommand(invocation))
            .addSubcommand(new BenchCommand(invocation))
            .addSubcommand(new DoctorCommand(invocation))
            .addSubcommand(new ModelsCommand(invocation))
            .addSubcommand(PrivacyCommand.of(invocation));
    boolean terminal = invocation.output().isTerminal();
    boolean colour = terminal && host.environment().getOrDefault("NO_COLOR", "").isEmpty();
    int columns = terminal ? host.columns().getAsInt() : USUAL_HELP;
    return jgpt.setOut(
            new PrintWriter(new OutputStreamWriter(host.out(), StandardCharsets.UTF_8), true))
        .setColorScheme(CommandLine.Help.defaultColorScheme(colour ? Ansi.ON : Ansi.OFF))
        .setUsageHelpWidth(Math.clamp(columns, NARROWEST_HELP, WIDEST_HELP))
        .setResourceBundle(invocation.messages().help())
        .setExecutionStrategy(CommandLines::execute)
        .setParameterExceptionHandler((e, arguments) -> failures.tell(e))
        .setExecutionExceptionHandler((e, command, parsed) -> failures.tell(e));
  }

  /**
   * Picocli takes the second of two equal options as the beginning of another group, in which all
   * other options of the first are forgotten: so it must not come to that.
   */
  private static int execute(ParseResult parsed) {
    for (ParseResult command = parsed; command != null; command = command.subcommand()) {
      requireOnce(command);
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  private static void requireOnce(ParseResult parsed) {
    for (OptionSpec option : parsed.matchedOptions()) {
      if (!option.isMultiValue() && option.originalStringValues().size() > 1) {
        throw new OverwrittenOptionException(
            option.command().commandLine(), option, "twice: " + option.longestName());
      }
    }
  }
}
