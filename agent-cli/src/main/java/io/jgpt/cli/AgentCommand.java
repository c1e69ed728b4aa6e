package io.jgpt.cli;

import io.jgpt.agent.AgentState;
import io.jgpt.agent.Approver;
import io.jgpt.agent.Budget;
import io.jgpt.agent.Cancellation;
import io.jgpt.agent.Disclaimer;
import io.jgpt.agent.Event.Instruction;
import io.jgpt.agent.Event.Stop;
import io.jgpt.agent.Instructions;
import io.jgpt.agent.OptionalTools;
import io.jgpt.agent.Planner;
import io.jgpt.agent.PlannerException;
import io.jgpt.agent.Policy;
import io.jgpt.agent.PolicyFile;
import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.log.Replay;
import io.jgpt.agent.log.RunFile;
import io.jgpt.agent.log.RunHeader;
import io.jgpt.agent.log.Transcript;
import io.jgpt.agent.mcp.Offer;
import io.jgpt.agent.recipe.Recipe;
import io.jgpt.agent.tool.Toolbox;
import io.jgpt.cli.terminal.LineInput;
import io.jgpt.cli.terminal.PlainLines;
import io.jgpt.cli.terminal.SafeText;
import io.jgpt.cli.terminal.TerminalLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
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

  @Parameters(arity = "0..1", paramLabel = "GOAL", descriptionKey = "goal")
  private Optional<String> goal = Optional.empty();

  @Option(names = "--workspace", paramLabel = "DIR")
  private Optional<String> workspace = Optional.empty();

  @Option(names = "--policy", paramLabel = "FILE")
  private Optional<String> policy = Optional.empty();

  @Mixin private RecipeOptions recipes;

  @Option(names = "--yes")
  private boolean yes;

  @Option(names = "--max-steps", paramLabel = "N", converter = Values.Count.class)
  private Optional<Integer> maxSteps = Optional.empty();

  @Option(names = "--json-events")
  private boolean jsonEvents;

  @Option(names = "--resume", paramLabel = "RUN")
  private Optional<String> resume = Optional.empty();

  @Option(names = "--replay", paramLabel = "RUN")
  private Optional<String> replay = Optional.empty();

  @Option(names = "--transcript", paramLabel = "RUN")
  private Optional<String> transcript = Optional.empty();

  @ArgGroup(validate = false, headingKey = "group.planner", order = 1)
  private PlannerOptions planner = new PlannerOptions();

  @ArgGroup(validate = false, headingKey = "group.model", order = 2)
  private ModelOptions model = new ModelOptions();

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
            recipes.isList() ? Optional.of("--recipes") : Optional.empty()));
    if (recipes.isList()) {
      invocation.output().write(RecipeOptions.list(invocation));
      return ExitCode.DONE.value();
    }
    try (AgentRuns runs = AgentRuns.open(invocation, new Planners(invocation, model))) {
      if (transcript.isPresent()) {
        return tell(runs, transcript.get());
      }
      if (replay.isPresent()) {
        return replay(runs, replay.get());
      }
      if (resume.isPresent()) {
        return resume(runs, resume.get());
      }
      return goal.isPresent() ? once(runs, goal.get()) : converse(runs);
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

  private int once(AgentRuns runs, String text) throws PlannerException {
    var cancellation = new Cancellation();
    invocation.interruption().onInterrupt(cancellation::request);
    int code = report(runs.begin(text, manner(cancellation)));
    if (code == ExitCode.DONE.value() && isConversation()) {
      FeedbackQuestion.ask(invocation.messages(), lines(List.of())).ifPresent(runs::feedback);
    }
    return code;
  }

  /** Whether there is a person who reads the answer and may be asked about it. */
  private boolean isConversation() {
    return !jsonEvents
        && invocation.diagnostics().isWatched()
        && invocation.output().isTerminal()
        && invocation.host().inKind() == StreamKind.TERMINAL;
  }

  private int resume(AgentRuns runs, String id) throws PlannerException {
    refuseWith("--resume");
    var cancellation = new Cancellation();
    invocation.interruption().onInterrupt(cancellation::request);
    try (RunFile file = runs.find(id)) {
      AgentState state = AgentState.of(file.events());
      if (state.answer().isPresent() && state.stop().isPresent()) {
        throw CliException.input("error.run.ended", file.id());
      }
      return report(runs.resume(file, manner(cancellation, file)));
    } catch (IOException e) {
      throw AgentRuns.unreadable(invocation.state(), e);
    }
  }

  private int tell(AgentRuns runs, String id) {
    try (RunFile file = runs.find(id)) {
      invocation.output().write(Transcript.of(file.events()));
      return ExitCode.DONE.value();
    } catch (IOException e) {
      throw AgentRuns.unreadable(invocation.state(), e);
    }
  }

  private int replay(AgentRuns runs, String id) throws PlannerException {
    refuseWith("--replay");
    try (RunFile file = runs.find(id)) {
      Optional<Planner> anew =
          planner.isGiven()
              ? Optional.of(
                  runs.planner(file, chosen(before(file)), recipe(file), Toolbox.standard()))
              : Optional.empty();
      try {
        AgentView view = new AgentView(invocation, jsonEvents);
        var outcome = Replay.of(file.events(), file.header().budget(), anew, view);
        if (outcome.difference().isPresent()) {
          throw CliException.input("error.replay", file.id(), outcome.events() + 1);
        }
        invocation.diagnostics().note("agent.replayed", file.id(), outcome.events());
        return ExitCode.DONE.value();
      } finally {
        anew.ifPresent(Planner::close);
      }
    } catch (IOException e) {
      throw AgentRuns.unreadable(invocation.state(), e);
    }
  }

  /** A run that goes on does so where and within what it was begun. */
  private void refuseWith(String option) {
    if (workspace.isPresent()) {
      throw CliException.usage("error.exclusive", option, "--workspace");
    }
    if (maxSteps.isPresent()) {
      throw CliException.usage("error.exclusive", option, "--max-steps");
    }
    if (recipes.given().isPresent()) {
      throw CliException.usage("error.exclusive", option, "--recipe");
    }
  }

  private int converse(AgentRuns runs) {
    var repl = new AgentRepl(invocation, runs, lines(runs.goals(HISTORY)));
    return repl.run(this::manner, this::report);
  }

  /** Of a new run. */
  private AgentRuns.Manner manner(Cancellation cancellation) {
    Budget budget = maxSteps.map(Budget.USUAL::steps).orElse(Budget.USUAL);
    return manner(
        cancellation, chosen(Optional.empty()), directory(), recipes.chosen(invocation), budget);
  }

  /** Of a run that goes on. */
  private AgentRuns.Manner manner(Cancellation cancellation, RunFile before) {
    return manner(
        cancellation,
        chosen(before(before)),
        Path.of(before.header().workspace()),
        recipe(before),
        before.header().budget());
  }

  private AgentRuns.Manner manner(
      Cancellation cancellation,
      PlannerOptions.Chosen chosen,
      Path directory,
      Optional<Recipe> recipe,
      Budget budget) {
    var asker = new ConsoleApprover(invocation, () -> lines(List.of()), cancellation);
    Approver approver = yes ? ConsoleApprover.agreeing(invocation.messages()) : asker;
    Offer.Asker offers = yes ? ConsoleApprover.agreeing(invocation) : asker;
    Optional<PolicyFile> file = policyFile();
    Policy otherwise = recipe.<Policy>map(Recipe::policy).orElse(Policy.USUAL);
    List<Path> guarded = new ArrayList<>();
    policy.ifPresent(name -> guarded.add(invocation.host().directory().resolve(name)));
    recipe.ifPresent(r -> guarded.addAll(r.files()));
    return new AgentRuns.Manner(
        chosen,
        directory,
        recipe,
        file.<Policy>map(rules -> rules.otherwise(otherwise)).orElse(otherwise),
        file.map(PolicyFile::tools).orElse(OptionalTools.NONE),
        guarded,
        approver,
        offers,
        asker,
        budget,
        new AgentView(invocation, jsonEvents),
        cancellation);
  }

  private PlannerOptions.Chosen chosen(Optional<PlannerOptions.Chosen> before) {
    return planner.chosen(before, model, invocation);
  }

  private static Optional<PlannerOptions.Chosen> before(RunFile file) {
    RunHeader header = file.header();
    return Optional.of(
        new PlannerOptions.Chosen(
            header.planner(), header.model(), header.temperature(), header.seed()));
  }

  private Optional<Recipe> recipe(RunFile file) {
    return RecipeOptions.ofRun(invocation, file.header().recipe());
  }

  /** The user's rules, which come before all others. */
  private Optional<PolicyFile> policyFile() {
    if (policy.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(PolicyFile.read(new TextInput(invocation).ofFile(policy.get())));
    } catch (JsonException e) {
      throw new CliException(e, ExitCode.INPUT, "error.json", policy.get(), e.getMessage());
    }
  }

  private Path directory() {
    String name = workspace.orElse(".");
    try {
      Path directory = invocation.host().directory().resolve(name);
      if (Files.isDirectory(directory)) {
        return directory.toRealPath();
      }
    } catch (IOException | InvalidPathException e) {
      throw new CliException(e, ExitCode.INPUT, "error.workspace", name);
    }
    throw CliException.input("error.workspace", name);
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

  /** Tells how a run ended; returns the exit code. */
  private int report(AgentState end) {
    Stop stop = end.stop().orElseThrow();
    if (stop.reason() == Stop.Reason.ANSWERED) {
      disclaim(end);
      return ExitCode.DONE.value();
    }
    if (!jsonEvents) {
      end.lastGood()
          .ifPresent(good -> invocation.output().write(SafeText.shown(good.text()) + "\n"));
    }
    if (stop.reason() == Stop.Reason.CANCELLED) {
      invocation.diagnostics().note("agent.cancelled");
      return ExitCode.INTERRUPTED.value();
    }
    String reason = stop.reason().name().toLowerCase(Locale.ROOT);
    String detail = stop.detail().isEmpty() ? "" : " (" + stop.detail() + ")";
    invocation
        .diagnostics()
        .error(
            invocation
                .messages()
                .text(
                    "error.agent.stopped",
                    invocation.messages().text("agent.stop." + reason) + detail));
    return ExitCode.STOPPED.value();
  }

  /** Work on a medical or legal text is done, and is no advice. */
  private void disclaim(AgentState end) {
    if (end.instruction().orElseThrow().kind() == Instruction.Kind.TASK) {
      Disclaimer.of(end.goal())
          .ifPresent(
              topic ->
                  invocation.diagnostics().warning(topic.text(Instructions.language(end.goal()))));
    }
  }
}
