package io.jgpt.agent.log;

import io.jgpt.agent.Event;
import io.jgpt.agent.Event.Action;
import io.jgpt.agent.Event.Answer;
import io.jgpt.agent.Event.Observation;
import io.jgpt.agent.Event.Thought;
import io.jgpt.agent.json.JsonText;
import io.jgpt.agent.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A run as Auto-GPT would have written it, a step a line, with what came of each:
 *
 * <pre>
 * [
 * {"thoughts":"calculate","command":{"name":"calculate","args":{"expression":"17*23"}},"result":"391"},
 * {"command":{"name":"finish","args":{"answer":"It is 391."}}}
 * ]
 * </pre>
 *
 * It can be followed as a script.
 */
public final class Transcript {

  private Transcript() {}

  /** The steps of a run. */
  public static String of(List<Event> events) {
    List<JsonValue> steps = new ArrayList<>();
    Map<String, String> results =
        events.stream()
            .filter(Observation.class::isInstance)
            .map(Observation.class::cast)
            .collect(Collectors.toMap(Observation::id, Observation::text));
    String thoughts = "";
    for (Event event : events) {
      switch (event) {
        case Thought thought -> thoughts = thought.text();
        case Action action -> {
          JsonValue.Members args = JsonValue.Members.of(action.call().arguments());
          JsonValue.Builder step = step(thoughts, action.call().tool(), args);
          if (results.containsKey(action.id())) {
            step.put("result", results.get(action.id()));
          }
          steps.add(step.build());
          thoughts = "";
        }
        case Answer answer -> {
          JsonValue.Builder step =
              step(thoughts, "finish", JsonValue.Members.of(Map.of("answer", answer.text())));
          if (!answer.notice().isEmpty()) {
            step.put("notice", answer.notice());
          }
          steps.add(step.build());
          thoughts = "";
        }
        default -> {} // neither thought nor done by the planner
      }
    }
    return steps.stream().map(JsonText::write).collect(Collectors.joining(",\n", "[\n", "\n]\n"));
  }

  private static JsonValue.Builder step(String thoughts, String name, JsonValue.Members args) {
    JsonValue.Builder step = JsonValue.Members.builder();
    if (!thoughts.isEmpty()) {
      step.put("thoughts", thoughts);
    }
    return step.put(
        "command", JsonValue.Members.builder().put("name", name).put("args", args).build());
  }
}
