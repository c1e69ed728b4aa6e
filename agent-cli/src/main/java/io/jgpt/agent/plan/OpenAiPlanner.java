package io.jgpt.agent.plan;

import io.jgpt.agent.AgentState;
import io.jgpt.agent.Call;
import io.jgpt.agent.Planner;
import io.jgpt.agent.PlannerException;
import io.jgpt.agent.PlannerException.Fault;
import io.jgpt.agent.Proposal;
import io.jgpt.agent.TokenSink;
import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.json.JsonText;
import io.jgpt.agent.json.JsonValue;
import io.jgpt.agent.tool.ToolSpec;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Asks an OpenAI-compatible endpoint. The ids of tool calls are the run's own, since the messages
 * are made anew from the events each time. Redirects are not followed: they could lead the key
 * elsewhere. For one thread.
 */
public final class OpenAiPlanner implements Planner {

  /** More than any answer has; what is longer is not read. */
  private static final int LONGEST_ANSWER = 4 << 20;

  private static final String FINISH = "finish";
  private static final int TOO_MANY_REQUESTS = 429;

  private final Endpoint endpoint;
  private final String system;
  private final List<ToolSpec> tools;
  private final HttpClient client;

  /**
   * @param system the first message: who the agent is and for whom it works
   * @param tools all but the one that finishes: here, an answer without calls does
   */
  public OpenAiPlanner(Endpoint endpoint, String system, List<ToolSpec> tools) {
    this.endpoint = endpoint;
    this.system = system;
    this.tools = tools.stream().filter(spec -> !spec.name().equals(FINISH)).toList();
    this.client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(endpoint.timeout())
            .build();
  }

  @Override
  public Proposal next(AgentState state, TokenSink live)
      throws PlannerException, InterruptedException {
    JsonValue.Builder request =
        JsonValue.Members.builder()
            .put("model", endpoint.model())
            .put("messages", ChatMessages.of(system, state));
    if (!tools.isEmpty()) {
      request.put("tools", ChatMessages.tools(tools));
    }
    String answer = send(JsonText.write(request.build()));
    try {
      Proposal proposal = proposal(JsonText.read(answer).asObject());
      live.accept(proposal.thought());
      return proposal;
    } catch (JsonException e) {
      throw fault(Fault.UNUSABLE, e.getMessage());
    }
  }

  private Proposal proposal(JsonValue.Members answer) throws JsonException {
    long total = answer.object("usage").optionalWhole("total_tokens").orElse(0L);
    int tokens = Math.clamp(total, 0, Integer.MAX_VALUE);
    List<JsonValue> choices = answer.elements("choices");
    if (choices.isEmpty()) {
      throw new JsonException("no choices");
    }
    JsonValue.Members message = choices.getFirst().asObject().object("message");
    String content = message.optionalText("content").orElse("");
    List<Call> calls = new ArrayList<>();
    for (JsonValue call : message.elements("tool_calls")) {
      JsonValue.Members function = call.asObject().object("function");
      calls.add(new Call(function.text("name"), arguments(function.text("arguments"))));
    }
    if (!calls.isEmpty()) {
      return new Proposal.Act(content, calls, tokens);
    }
    return content.isBlank()
        ? new Proposal.GiveUp("", "the model said nothing", tokens)
        : new Proposal.Finish("", content, tokens);
  }

  /** A model may write a number where a text is asked for; more than that is not mended. */
  private static SequencedMap<String, String> arguments(String json) throws JsonException {
    SequencedMap<String, String> arguments = new LinkedHashMap<>();
    JsonValue.Members object = JsonText.read(json.isBlank() ? "{}" : json).asObject();
    for (Map.Entry<String, JsonValue> member : object.members().entrySet()) {
      arguments.put(
          member.getKey(),
          member.getValue() instanceof JsonValue.Decimal number
              ? number.value().toPlainString()
              : member.getValue().asText());
    }
    return arguments;
  }

  private String send(String body) throws PlannerException, InterruptedException {
    Duration pause = endpoint.pause();
    for (int attempt = 1; ; attempt++) {
      boolean last = attempt == endpoint.attempts();
      try {
        HttpResponse<InputStream> response =
            client.send(request(body), HttpResponse.BodyHandlers.ofInputStream());
        boolean busy = response.statusCode() == TOO_MANY_REQUESTS || response.statusCode() >= 500;
        if (!busy || last) {
          return body(response);
        }
        response.body().close();
      } catch (HttpTimeoutException e) {
        if (last) {
          throw fault(Fault.TIMEOUT, endpoint.timeout().toSeconds() + " s");
        }
      } catch (IOException e) {
        if (last) {
          throw fault(Fault.UNREACHABLE, e.getClass().getSimpleName());
        }
      }
      Thread.sleep(pause);
      pause = pause.multipliedBy(2);
    }
  }

  private HttpRequest request(String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(endpoint.completions())
            .timeout(endpoint.timeout())
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8));
    endpoint.key().ifPresent(key -> request.header("Authorization", "Bearer " + key));
    return request.build();
  }

  /** What an error says may quote the request, so only its number is told. */
  private String body(HttpResponse<InputStream> response) throws PlannerException, IOException {
    int status = response.statusCode();
    try (InputStream in = response.body()) {
      return switch (status) {
        case 200 -> {
          byte[] bytes = in.readNBytes(LONGEST_ANSWER + 1);
          if (bytes.length > LONGEST_ANSWER) {
            throw fault(Fault.UNUSABLE, "longer than " + (LONGEST_ANSWER >> 20) + " MiB");
          }
          yield new String(bytes, StandardCharsets.UTF_8);
        }
        case 401, 403 -> throw fault(Fault.UNAUTHORIZED, "HTTP " + status);
        default -> throw fault(Fault.REFUSED, "HTTP " + status);
      };
    }
  }

  private PlannerException fault(Fault fault, String detail) {
    return new PlannerException(fault, endpoint.name(), detail);
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
