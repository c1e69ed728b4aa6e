package io.jgpt.agent.plan;

import io.jgpt.agent.AgentState;
import io.jgpt.agent.Event;
import io.jgpt.agent.Event.Action;
import io.jgpt.agent.Event.Answer;
import io.jgpt.agent.Event.Feedback;
import io.jgpt.agent.Event.Input;
import io.jgpt.agent.Event.Observation;
import io.jgpt.agent.Event.Thought;
import io.jgpt.agent.json.JsonText;
import io.jgpt.agent.json.JsonValue;
import io.jgpt.agent.tool.Parameter;
import io.jgpt.agent.tool.ToolSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * A run in the wire format of chat completions with tools: the goal is the user's message, each
 * proposal one of the assistant with its tool calls, and every call is answered by its id.
 */
final class ChatMessages {

  private final List<JsonValue> messages = new ArrayList<>();
  private final List<JsonValue> calls = new ArrayList<>();
  private String thought = "";

  private ChatMessages() {}

  static JsonValue.Elements of(String system, AgentState state) {
    var chat = new ChatMessages();
    chat.add("system", system);
    for (Event event : state.events()) {
      switch (event) {
        case Input input -> chat.add("user", input.goal());
        case Thought t -> chat.thought = t.text();
        case Action action -> chat.calls.add(call(action));
        case Observation observation -> {
          chat.endProposal();
          chat.messages.add(
              JsonValue.Members.builder()
                  .put("role", "tool")
                  .put("tool_call_id", observation.id())
                  .put("content", observation.text())
                  .build());
        }
        case Answer answer -> chat.add("assistant", answer.text());
        case Feedback feedback when !feedback.comment().isBlank() ->
            chat.add("user", feedback.comment());
        default -> {} // decided here, not by the model
      }
    }
    return new JsonValue.Elements(chat.messages);
  }

  private void add(String role, String content) {
    messages.add(JsonValue.Members.builder().put("role", role).put("content", content).build());
  }

  private void endProposal() {
    if (!calls.isEmpty()) {
      messages.add(
          JsonValue.Members.builder()
              .put("role", "assistant")
              .put("content", thought)
              .put("tool_calls", new JsonValue.Elements(calls))
              .build());
      calls.clear();
      thought = "";
    }
  }

  private static JsonValue call(Action action) {
    return JsonValue.Members.builder()
        .put("id", action.id())
        .put("type", "function")
        .put(
            "function",
            JsonValue.Members.builder()
                .put("name", action.call().tool())
                .put("arguments", JsonText.write(JsonValue.Members.of(action.call().arguments())))
                .build())
        .build();
  }

  static JsonValue.Elements tools(List<ToolSpec> specs) {
    List<JsonValue> tools = new ArrayList<>();
    for (ToolSpec spec : specs) {
      SequencedMap<String, JsonValue> properties = new LinkedHashMap<>();
      List<JsonValue> required = new ArrayList<>();
      for (Parameter parameter : spec.parameters()) {
        properties.put(
            parameter.name(),
            JsonValue.Members.builder()
                .put("type", "string")
                .put("description", parameter.description())
                .build());
        if (parameter.required()) {
          required.add(new JsonValue.Text(parameter.name()));
        }
      }
      tools.add(
          JsonValue.Members.builder()
              .put("type", "function")
              .put(
                  "function",
                  JsonValue.Members.builder()
                      .put("name", spec.name())
                      .put("description", spec.description())
                      .put(
                          "parameters",
                          JsonValue.Members.builder()
                              .put("type", "object")
                              .put("properties", new JsonValue.Members(properties))
                              .put("required", new JsonValue.Elements(required))
                              .put("additionalProperties", false)
                              .build())
                      .build())
              .build());
    }
    return new JsonValue.Elements(tools);
  }
}
