package io.jgpt.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one line, in the user's language, what picocli found wrong with a command line. */
final class UsageErrors {

  private final Messages messages;

  UsageErrors(Messages messages) {
    this.messages = messages;
  }

  String describe(ParameterException failure) {
    String help = failure.getCommandLine().getCommandSpec().qualifiedName() + " --help";
    return switch (failure) {
      case UnmatchedArgumentException e -> unmatched(e, help);
      case MissingParameterException e -> missing(e, help);
      case OverwrittenOptionException e -> messages.text("error.twice", name(e.getOverwritten()));
      case ParameterException e
          when e.getCause() instanceof InvalidValue invalid && e.getArgSpec() != null ->
          invalid.message(messages, name(e.getArgSpec()), e.getValue());
      default -> messages.text("error.usage", failure.getMessage(), help);
    };
  }

  private String unmatched(UnmatchedArgumentException failure, String help) {
    String argument = failure.getUnmatched().getFirst();
    CommandLine command = failure.getCommandLine();
    boolean isCommand = !command.getSubcommands().isEmpty() && !argument.startsWith("-");
    if (isCommand && command.getParent() == null && argument.contains(" ")) {
      return messages.text("error.command.prompt", argument);
    }
    String kind = isCommand ? "command" : argument.startsWith("-") ? "option" : "argument";
    int equals = argument.indexOf('=');
    if (kind.equals("option") && equals > 0) {
      argument = argument.substring(0, equals);
    }
    List<String> suggestions = Suggestions.of(argument, candidates(command, kind));
    if (suggestions.isEmpty()) {
      return messages.text("error.unknown." + kind, argument, help);
    }
    return messages.text(
        "error.unknown." + kind + ".similar", argument, String.join(", ", suggestions));
  }

  private static List<String> candidates(CommandLine command, String kind) {
    return switch (kind) {
      case "command" -> List.copyOf(command.getSubcommands().keySet());
      case "option" -> List.copyOf(command.getCommandSpec().optionsMap().keySet());
      default -> List.of();
    };
  }

  private String missing(MissingParameterException failure, String help) {
    ArgSpec argument = failure.getMissing().getFirst();
    String label = argument.paramLabel();
    // An option that was given without its value, or an argument that was not given at all.
    if (argument instanceof OptionSpec option && !option.required()) {
      return messages.text("error.missing.value", option.longestName(), label);
    }
    return messages.text("error.missing.argument", label, help);
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }
}
