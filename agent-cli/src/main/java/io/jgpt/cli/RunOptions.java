package io.jgpt.cli;

import io.jgpt.agent.Approver;
import io.jgpt.agent.Budget;
import io.jgpt.agent.Cancellation;
import io.jgpt.agent.OptionalTools;
import io.jgpt.agent.Policy;
import io.jgpt.agent.PolicyFile;
import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.log.RunFile;
import io.jgpt.agent.log.RunHeader;
import io.jgpt.agent.mcp.Offer;
import io.jgpt.agent.recipe.Recipe;
import io.jgpt.cli.terminal.LineInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How the agent carries out a run: where, within what, and who plans. */
final class RunOptions {

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

  @ArgGroup(validate = false, headingKey = "group.planner", order = 1)
  private PlannerOptions planner = new PlannerOptions();

  @ArgGroup(validate = false, headingKey = "group.model", order = 2)
  private ModelOptions model = new ModelOptions();

  /** Whether the recipes that there are shall be listed, and nothing be done. */
  boolean listsRecipes() {
    return recipes.isList();
  }

  /** Whether standard output is for events. */
  boolean isJson() {
    return jsonEvents;
  }

  /** Whether it was said who plans. */
  boolean namesPlanner() {
    return planner.isGiven();
  }

  /**
   * A run that goes on does so where and within what it was begun.
   *
   * @param option that says so
   */
  void refuseWith(String option) {
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

  /**
   * A policy decides on actions and turns tools on, and there are neither.
   *
   * @param option with which there would be
   */
  void refusePolicyWithout(String option) {
    if (policy.isPresent()) {
      throw CliException.usage("error.needs", "--policy", option);
    }
  }

  /**
   * What only tells something carries nothing out: there is nothing to decide, and no event.
   *
   * @param option that tells
   */
  void refuseToTell(String option) {
    refuseWith(option);
    if (policy.isPresent()) {
      throw CliException.usage("error.exclusive", option, "--policy");
    }
    if (jsonEvents) {
      throw CliException.usage("error.exclusive", option, "--json-events");
    }
  }

  /** Opens planners; the caller closes them. */
  Planners planners(Invocation invocation) {
    return new Planners(invocation, model);
  }

  AgentView view(Invocation invocation) {
    return new AgentView(invocation, jsonEvents);
  }

  /**
   * Of a new run.
   *
   * @param lines opened when the first question is asked
   */
  AgentRuns.Manner manner(
      Invocation invocation, Supplier<LineInput> lines, Cancellation cancellation) {
    return manner(
        invocation,
        lines,
        cancellation,
        planner.chosen(Optional.empty(), model, invocation),
        directory(invocation),
        recipes.chosen(invocation),
        maxSteps.map(Budget.USUAL::steps).orElse(Budget.USUAL));
  }

  /** Of a run that goes on. */
  AgentRuns.Manner manner(
      Invocation invocation, RunFile run, Supplier<LineInput> lines, Cancellation cancellation) {
    return manner(
        invocation,
        lines,
        cancellation,
        planner(invocation, run),
        Path.of(run.header().workspace()),
        recipe(invocation, run),
        run.header().budget());
  }

  private AgentRuns.Manner manner(
      Invocation invocation,
      Supplier<LineInput> lines,
      Cancellation cancellation,
      PlannerOptions.Chosen chosen,
      Path directory,
      Optional<Recipe> recipe,
      Budget budget) {
    var asker = new ConsoleApprover(invocation, lines, cancellation);
    Approver approver = yes ? ConsoleApprover.agreeing(invocation.messages()) : asker;
    Offer.Asker offers = yes ? ConsoleApprover.agreeing(invocation) : asker;
    Optional<PolicyFile> file = policyFile(invocation);
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
        view(invocation),
        cancellation);
  }

  /** Who plans when an earlier run goes on. */
  private PlannerOptions.Chosen planner(Invocation invocation, RunFile run) {
    RunHeader header = run.header();
    var before =
        new PlannerOptions.Chosen(
            header.planner(), header.model(), header.temperature(), header.seed());
    return planner.chosen(Optional.of(before), model, invocation);
  }

  /** The recipe of an earlier run, if it has one. */
  private static Optional<Recipe> recipe(Invocation invocation, RunFile run) {
    return RecipeOptions.ofRun(invocation, run.header().recipe());
  }

  /** The user's rules, which come before all others. */
  private Optional<PolicyFile> policyFile(Invocation invocation) {
    if (policy.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(PolicyFile.read(new TextInput(invocation).ofFile(policy.get())));
    } catch (JsonException e) {
      throw new CliException(e, ExitCode.INPUT, "error.json", policy.get(), e.getMessage());
    }
  }

  private Path directory(Invocation invocation) {
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
}
