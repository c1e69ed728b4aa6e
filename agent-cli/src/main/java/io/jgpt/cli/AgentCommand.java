package io.jgpt.cli;

import io.jgpt.agent.Cancellation;
import io.jgpt.agent.PlannerException;
import io.jgpt.cli.terminal.LineInput;
import io.jgpt.cli.terminal.PlainLines;
import io.jgpt.cli.terminal.TerminalLines;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code jgpt agent [GOAL]}: plans and acts with tools until done; without a goal, asks for them.
 */
@Command(name = "agent", sortOptions = false)
final class AgentCommand implements Callable<Integer> {

  private static final int HISTORY = 50;

  private final Invocation invocation;

  @Parameters(
      arity = "0..1",
      paramLabel = "GOAL",
      descriptionKey = "goal",
      converter = Values.Goal.class)
  private Optional<String> goal = Optional.empty();

  @Mixin private RunOptions options;

  @Option(names = "--resume", paramLabel = "RUN")
  private Optional<String> resume = Optional.empty();

  @Option(names = "--replay", paramLabel = "RUN")
  private Optional<String> replay = Optional.empty();

  @Option(names = "--transcript", paramLabel = "RUN")
  private Optional<String> transcript = Optional.empty();

  @Mixin private CommonOptions common;

  private Optional<LineInput> lines = Optional.empty();

  AgentCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    common.apply(invocation);
    requireOneOf(
        List.of(
            goal.map(g -> "GOAL"),
            resume.map(r -> "--resume"),
            replay.map(r -> "--replay"),
            transcript.map(r -> "--transcript"),
            options.listsRecipes() ? Optional.of("--recipes") : Optional.empty()));
    if (options.listsRecipes()) {
      options.refuseToTell("--recipes");
      invocation.output().write(RecipeOptions.list(invocation));
      return ExitCode.DONE.value();
    }
    try (AgentRuns runs = AgentRuns.open(invocation, options.planners(invocation))) {
      var earlier = new EarlierRuns(invocation, runs, options);
      if (transcript.isPresent()) {
        earlier.tell(transcript.get());
        return ExitCode.DONE.value();
      }
      if (replay.isPresent()) {
        earlier.replay(replay.get(), this::lines);
        return ExitCode.DONE.value();
      }
      var report = new AgentReport(invocation, options.isJson());
      if (resume.isPresent()) {
        return report.of(earlier.resume(resume.get(), this::lines, cancellation()));
      }
      return goal.isPresent() ? once(runs, goal.get(), report) : converse(runs, report);
    } catch (PlannerException e) {
      throw AgentRuns.failed(e);
    } finally {
      lines.ifPresent(LineInput::close);
    }
  }

  private static void requireOneOf(List<Optional<String>> names) {
    List<String> given = names.stream().flatMap(Optional::stream).toList();
    if (given.size() > 1) {
      throw CliException.usage("error.exclusive", given.get(0), given.get(1));
    }
  }

  private int once(AgentRuns runs, String text, AgentReport report) throws PlannerException {
    int code = report.of(runs.begin(text, manner(cancellation())));
    if (code == ExitCode.DONE.value() && isConversation()) {
      FeedbackQuestion.ask(invocation.messages(), lines())
          .ifPresent(feedback -> runs.feedback(feedback, options.view(invocation)));
    }
    return code;
  }

  /** Whether there is a person who reads the answer and may be asked about it. */
  private boolean isConversation() {
    return !options.isJson()
        && invocation.diagnostics().isWatched()
        && invocation.output().isTerminal()
        && invocation.host().inKind() == StreamKind.TERMINAL;
  }

  private int converse(AgentRuns runs, AgentReport report) {
    manner(new Cancellation()); // what it says against an option, it says before there is a goal
    LineInput input = lines(runs.goals(HISTORY));
    var repl = new AgentRepl(invocation, runs, input, options.view(invocation));
    return repl.run(this::manner, report::of);
  }

  private AgentRuns.Manner manner(Cancellation cancellation) {
    return options.manner(invocation, this::lines, cancellation);
  }

  /** Of the one run of this process. */
  private Cancellation cancellation() {
    var cancellation = new Cancellation();
    invocation.interruption().onInterrupt(cancellation::request);
    return cancellation;
  }

  private LineInput lines() {
    return lines(List.of());
  }

  /**
   * What is typed, or comes through a pipe.
   *
   * @param history of goals, oldest first, for whoever is the first to ask
   */
  private LineInput lines(List<String> history) {
    if (lines.isEmpty()) {
      Host host = invocation.host();
      boolean terminal = host.inKind() == StreamKind.TERMINAL;
      lines =
          Optional.of(
              terminal
                  ? TerminalLines.ofProcess(AgentRepl.WORDS, history)
                  : new PlainLines(host.in(), invocation.diagnostics()::write));
    }
    return lines.get();
  }
}
