package io.jgpt.cli;

import io.jgpt.LanguageModel;
import io.jgpt.agent.Cancellation;
import io.jgpt.agent.Planner;
import io.jgpt.agent.eval.Evaluation;
import io.jgpt.agent.eval.EvaluationSet;
import io.jgpt.agent.eval.EvaluationTask;
import io.jgpt.agent.plan.LocalPlanner;
import io.jgpt.agent.plan.RegexRouter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jgpt eval agent}: how many of the frozen tasks a planner does. */
@Command(name = "agent", sortOptions = false)
final class EvalAgentCommand implements Callable<Integer> {

  private static final String ROUTER = "router";

  private final Invocation invocation;

  @Option(names = "--set", paramLabel = "NAME", converter = Values.SetName.class)
  private List<String> sets = new ArrayList<>();

  @Option(names = "--limit", paramLabel = "N", converter = Values.Count.class)
  private Optional<Integer> limit = Optional.empty();

  @Option(names = "--failures")
  private boolean failures;

  @Option(names = "--planner", paramLabel = "NAME", converter = Values.EvaluatedPlanner.class)
  private Optional<String> planner = Optional.empty();

  @Option(names = "--no-grammar")
  private boolean noGrammar;

  @Option(names = "--random-weights")
  private boolean randomWeights;

  @ArgGroup(validate = false, headingKey = "group.model", order = 1)
  private ModelOptions model = new ModelOptions();

  @ArgGroup(validate = false, headingKey = "group.output", order = 2)
  private JsonOption output = new JsonOption();

  @Mixin private CommonOptions common;

  EvalAgentCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    common.apply(invocation);
    var cancellation = new Cancellation();
    invocation.interruption().onInterrupt(cancellation::request);
    var evaluation = new Evaluation(cancellation);
    EvaluationReport report =
        planner.equals(Optional.of(ROUTER)) ? route(evaluation) : plan(evaluation);
    if (cancellation.requested()) {
      return ExitCode.INTERRUPTED.value();
    }
    if (output.isJson()) {
      Json.print(invocation.output(), report::write);
    } else {
      invocation.output().write(report.table(invocation.messages()));
    }
    return ExitCode.DONE.value();
  }

  private EvaluationReport route(Evaluation evaluation) {
    List<String> refused = new ArrayList<>(model.asked().map(m -> "--model").stream().toList());
    refused.addAll(model.given());
    if (noGrammar) {
      refused.add("--no-grammar");
    }
    if (randomWeights) {
      refused.add("--random-weights");
    }
    if (!refused.isEmpty()) {
      throw CliException.usage("error.needs", refused.getFirst(), "--planner local");
    }
    try (Planner router = new RegexRouter()) {
      return new EvaluationReport(ROUTER, Optional.empty(), results(evaluation, router), failures);
    }
  }

  private EvaluationReport plan(Evaluation evaluation) {
    if (!randomWeights) {
      return plan(evaluation, model, model.asked(invocation));
    }
    try (var random = RandomWeights.like(model.directory(invocation))) {
      return plan(evaluation, model.model(random.directory().toString()), model.asked(invocation));
    }
  }

  private EvaluationReport plan(Evaluation evaluation, ModelOptions options, String name) {
    var manner = new LocalPlanner.Manner(0, 0, !noGrammar);
    try (LanguageModel opened = Planners.able(options, name, invocation);
        Planner local = new LocalPlanner(opened, evaluation.tools(), manner)) {
      String described =
          (randomWeights ? "local, random weights" : "local") + (noGrammar ? ", no grammar" : "");
      return new EvaluationReport(
          described, Optional.of(opened.info()), results(evaluation, local), failures);
    }
  }

  private Map<EvaluationSet, List<Evaluation.Result>> results(
      Evaluation evaluation, Planner chosen) {
    Map<EvaluationSet, List<Evaluation.Result>> results = new EnumMap<>(EvaluationSet.class);
    for (EvaluationSet set : EvaluationSet.values()) {
      String name = EvaluationReport.name(set);
      if (sets.isEmpty() || sets.contains(name)) {
        results.put(set, results(evaluation, chosen, set));
      }
    }
    invocation.diagnostics().status().clear();
    return results;
  }

  private List<Evaluation.Result> results(
      Evaluation evaluation, Planner chosen, EvaluationSet set) {
    List<EvaluationTask> tasks = set.tasks();
    tasks = tasks.subList(0, Math.min(limit.orElse(tasks.size()), tasks.size()));
    List<Evaluation.Result> results = new ArrayList<>();
    int done = 0;
    for (EvaluationTask task : tasks) {
      if (invocation.interruption().requested()) {
        break;
      }
      Evaluation.Result result = evaluation.result(task, chosen);
      results.add(result);
      done += result.isDone() ? 1 : 0;
      String name = EvaluationReport.name(set);
      invocation
          .diagnostics()
          .status()
          .show(
              invocation.messages().text("status.eval", name, results.size(), tasks.size(), done));
    }
    return results;
  }
}
