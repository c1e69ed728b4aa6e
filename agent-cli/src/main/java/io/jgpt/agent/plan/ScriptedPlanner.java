package io.jgpt.agent.plan;

import io.jgpt.agent.AgentState;
import io.jgpt.agent.Call;
import io.jgpt.agent.Event.Observation;
import io.jgpt.agent.Planner;
import io.jgpt.agent.Proposal;
import io.jgpt.agent.TokenSink;
import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.json.JsonText;
import io.jgpt.agent.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Follows a script, whatever is observed: for tests, demonstrations and recipes' examples.
 *
 * <p>A script is a JSON array. Each step is what Auto-GPT's model would have written:
 *
 * <pre>
 * {"thoughts": "calculate", "command": {"name": "calculate", "args": {"expression": "17*23"}}}
 * {"command": {"name": "finish", "args": {"answer": "It is {a1}."}}}
 * </pre>
 *
 * In arguments and answers, {@code {a1}} stands for what the first action observed, {@code {a2}}
 * for the second and so on. Which step is next is told by how many actions the run has had.
 */
public final class ScriptedPlanner implements Planner {

  private static final Pattern PLACE = Pattern.compile("\\{(a[0-9]+)}");
  private static final String FINISH = "finish";

  private final List<Proposal> steps;

  private ScriptedPlanner(List<Proposal> steps) {
    this.steps = List.copyOf(steps);
  }

  /**
   * Reads a script.
   *
   * @throws JsonException if it is none
   */
  public static ScriptedPlanner read(String text) throws JsonException {
    if (JsonText.read(text) instanceof JsonValue.Elements array) {
      return of(array.elements());
    }
    throw new JsonException("a script is an array of steps");
  }

  /**
   * As {@link #read}, of a script that is part of another file.
   *
   * @throws JsonException if it is none
   */
  public static ScriptedPlanner of(List<JsonValue> script) throws JsonException {
    List<Proposal> steps = new ArrayList<>();
    for (JsonValue step : script) {
      JsonValue.Members object = step.asObject();
      String thought = object.optionalText("thoughts").orElse("");
      JsonValue.Members command = object.object("command");
      String name = command.text("name");
      JsonValue.Members args = command.object("args");
      steps.add(
          name.equals(FINISH)
              ? new Proposal.Finish(thought, args.text("answer"), 0)
              : new Proposal.Act(thought, List.of(new Call(name, args.texts())), 0));
    }
    return new ScriptedPlanner(steps);
  }

  @Override
  public Proposal next(AgentState state, TokenSink live) {
    if (state.actions() >= steps.size()) {
      return new Proposal.GiveUp("", "the script is at its end", 0);
    }
    Proposal step = steps.get(state.actions()); // each before the last is one action
    live.accept(step.thought());
    return filled(step, state);
  }

  private static Proposal filled(Proposal step, AgentState state) {
    return switch (step) {
      case Proposal.Act act ->
          new Proposal.Act(
              act.thought(),
              act.calls().stream().map(call -> filled(call, state)).toList(),
              act.tokens());
      case Proposal.Finish finish ->
          new Proposal.Finish(finish.thought(), filled(finish.answer(), state), finish.tokens());
      case Proposal.GiveUp giveUp -> giveUp;
    };
  }

  private static Call filled(Call call, AgentState state) {
    SequencedMap<String, String> arguments = new LinkedHashMap<>();
    call.arguments().forEach((name, value) -> arguments.put(name, filled(value, state)));
    return new Call(call.tool(), arguments);
  }

  private static String filled(String text, AgentState state) {
    return PLACE
        .matcher(text)
        .replaceAll(
            place -> Matcher.quoteReplacement(observed(place.group(1), place.group(), state)));
  }

  private static String observed(String id, String otherwise, AgentState state) {
    return state.events().stream()
        .filter(event -> event instanceof Observation o && o.id().equals(id))
        .map(event -> ((Observation) event).text())
        .findFirst()
        .orElse(otherwise);
  }

  @Override
  public void close() {}
}
