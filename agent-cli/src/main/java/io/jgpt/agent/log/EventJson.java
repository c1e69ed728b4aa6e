package io.jgpt.agent.log;

import io.jgpt.agent.Call;
import io.jgpt.agent.Event;
import io.jgpt.agent.Event.Action;
import io.jgpt.agent.Event.Answer;
import io.jgpt.agent.Event.Approval;
import io.jgpt.agent.Event.Feedback;
import io.jgpt.agent.Event.Input;
import io.jgpt.agent.Event.Instruction;
import io.jgpt.agent.Event.Observation;
import io.jgpt.agent.Event.Stop;
import io.jgpt.agent.Event.Thought;
import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.json.JsonValue;
import java.util.Locale;

/**
 * Events as JSON: a member {@code event} with the kind, then its fields. An action has Auto-GPT's
 * {@code command {name, args}}.
 */
public final class EventJson {

  private EventJson() {}

  /** An event as JSON. */
  public static JsonValue.Members of(Event event) {
    JsonValue.Builder json = JsonValue.Members.builder();
    json.put("event", event.getClass().getSimpleName().toLowerCase(Locale.ROOT));
    switch (event) {
      case Input input -> json.put("goal", input.goal());
      case Instruction i -> json.put("kind", lower(i.kind())).put("content", i.content());
      case Thought thought -> json.put("thoughts", thought.text());
      case Action action ->
          json.put("id", action.id())
              .put(
                  "command",
                  JsonValue.Members.builder()
                      .put("name", action.call().tool())
                      .put("args", JsonValue.Members.of(action.call().arguments()))
                      .build())
              .put("tokens", action.tokens());
      case Approval a ->
          json.put("id", a.id()).put("ruling", lower(a.ruling())).put("reason", a.reason());
      case Observation o ->
          json.put("id", o.id())
              .put("text", o.text())
              .put("failed", o.failed())
              .put("changed_state", o.changedState());
      case Answer answer -> {
        json.put("text", answer.text()).put("tokens", answer.tokens());
        if (!answer.notice().isEmpty()) {
          json.put("notice", answer.notice());
        }
      }
      case Feedback f -> json.put("rating", lower(f.rating())).put("comment", f.comment());
      case Stop stop -> json.put("reason", lower(stop.reason())).put("detail", stop.detail());
    }
    return json.build();
  }

  /**
   * The event that {@link #of} wrote.
   *
   * @throws JsonException if it is none
   */
  public static Event read(JsonValue.Members json) throws JsonException {
    String kind = json.text("event");
    return switch (kind) {
      case "input" -> new Input(json.text("goal"));
      case "instruction" ->
          new Instruction(constant(Instruction.Kind.class, json, "kind"), json.text("content"));
      case "thought" -> new Thought(json.text("thoughts"));
      case "action" -> {
        JsonValue.Members command = json.object("command");
        var call = new Call(command.text("name"), command.object("args").texts());
        yield new Action(json.text("id"), call, tokens(json));
      }
      case "approval" ->
          new Approval(
              json.text("id"),
              constant(Approval.Ruling.class, json, "ruling"),
              json.text("reason"));
      case "observation" ->
          new Observation(
              json.text("id"), json.text("text"), json.flag("failed"), json.flag("changed_state"));
      case "answer" ->
          new Answer(json.text("text"), tokens(json), json.optionalText("notice").orElse(""));
      case "feedback" ->
          new Feedback(constant(Feedback.Rating.class, json, "rating"), json.text("comment"));
      case "stop" -> new Stop(constant(Stop.Reason.class, json, "reason"), json.text("detail"));
      default -> throw new JsonException("no event \"" + kind + "\"");
    };
  }

  private static int tokens(JsonValue.Members json) throws JsonException {
    return (int) json.wholeWithin("tokens", 0, Integer.MAX_VALUE, 0);
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static <E extends Enum<E>> E constant(Class<E> type, JsonValue.Members json, String name)
      throws JsonException {
    String word = json.text(name);
    for (E constant : type.getEnumConstants()) {
      if (lower(constant).equals(word)) {
        return constant;
      }
    }
    throw new JsonException("no " + name + " \"" + word + "\"");
  }
}
