package io.jgpt.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.jgpt.ModelInfo;
import io.jgpt.agent.Event;
import io.jgpt.agent.eval.Evaluation;
import io.jgpt.agent.eval.EvaluationSet;
import io.jgpt.agent.eval.Score;
import io.jgpt.cli.terminal.SafeText;
import io.jgpt.cli.terminal.TextTable;
import io.jgpt.cli.terminal.TextTable.Align;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What an evaluation of an agent tells.
 *
 * @param planner in a few words
 * @param model that planned, if one did
 * @param failures whether to tell of each task that was not done
 */
record EvaluationReport(
    String planner,
    Optional<ModelInfo> model,
    Map<EvaluationSet, List<Evaluation.Result>> results,
    boolean failures) {

  static String name(EvaluationSet set) {
    return set.name().toLowerCase(Locale.ROOT);
  }

  private static Score score(List<Evaluation.Result> results) {
    int done = (int) results.stream().filter(Evaluation.Result::isDone).count();
    return new Score(done, results.size());
  }

  String table(Messages messages) {
    var table = new TextTable(Align.LEFT, Align.RIGHT, Align.RIGHT, Align.RIGHT, Align.RIGHT);
    table.row(
        messages.text("eval.set"),
        messages.text("eval.done"),
        messages.text("eval.all"),
        messages.text("eval.share"),
        messages.text("eval.interval"));
    results.forEach(
        (set, of) -> {
          Score score = score(of);
          table.row(
              name(set),
              score.done(),
              score.all(),
              percent(score.share()),
              percent(score.low()) + " - " + percent(score.high()));
        });
    var text = new StringBuilder(table.render());
    if (failures) {
      results.forEach((set, of) -> of.forEach(result -> text.append(failure(set, result))));
    }
    return text.toString();
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f%%", 100 * share);
  }

  /** A task that was not done, in lines; nothing of one that was. */
  private static String failure(EvaluationSet set, Evaluation.Result result) {
    if (result.isDone()) {
      return "";
    }
    List<String> lines = new ArrayList<>();
    lines.add(name(set) + " " + result.task().id() + "  " + result.task().goal());
    lines.addAll(steps(result));
    result.unmet().forEach(unmet -> lines.add("! " + unmet));
    var text = new StringBuilder("\n");
    lines.forEach(line -> text.append(SafeText.onOneLine(line.replace("\n", "\\n"))).append('\n'));
    return text.toString();
  }

  private static List<String> steps(Evaluation.Result result) {
    List<String> steps = new ArrayList<>();
    for (Event event : result.end().events()) {
      switch (event) {
        case Event.Thought thought -> steps.add("~ " + thought.text());
        case Event.Action action -> steps.add("> " + AgentView.call(action));
        case Event.Observation observation -> steps.add("= " + observation.text());
        case Event.Answer answer -> steps.add("< " + answer.text());
        case Event.Stop stop when !stop.detail().isEmpty() -> steps.add("< " + stop.detail());
        default -> {} // as in every run
      }
    }
    return steps;
  }

  void write(JsonGenerator json) throws IOException {
    json.writeStringField("planner", planner);
    if (model.isPresent()) {
      CompletionReport.model(json, model.get());
    }
    json.writeArrayFieldStart("sets");
    for (Map.Entry<EvaluationSet, List<Evaluation.Result>> set : results.entrySet()) {
      Score score = score(set.getValue());
      json.writeStartObject();
      json.writeStringField("set", name(set.getKey()));
      json.writeNumberField("done", score.done());
      json.writeNumberField("all", score.all());
      Json.measured(json, "share", score.share());
      Json.measured(json, "low", score.low());
      Json.measured(json, "high", score.high());
      if (failures) {
        write(json, set.getValue());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void write(JsonGenerator json, List<Evaluation.Result> results)
      throws IOException {
    json.writeArrayFieldStart("failures");
    for (Evaluation.Result result : results) {
      if (!result.isDone()) {
        json.writeStartObject();
        json.writeStringField("id", result.task().id());
        json.writeStringField("goal", result.task().goal());
        write(json, "steps", steps(result));
        write(json, "unmet", result.unmet());
        json.writeEndObject();
      }
    }
    json.writeEndArray();
  }

  private static void write(JsonGenerator json, String name, List<String> texts)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }
}
