package io.jgpt.agent.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.jgpt.agent.AgentState;
import io.jgpt.agent.Approver;
import io.jgpt.agent.Event.Stop.Reason;
import io.jgpt.agent.Fixture;
import io.jgpt.agent.PlannerException;
import io.jgpt.agent.PlannerException.Fault;
import io.jgpt.agent.json.JsonText;
import io.jgpt.agent.json.JsonValue;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class OpenAiPlannerTest {

  private static final String CANARY = "sk-canary-71c9";

  /** More than any answer takes, on any machine. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** What the server answers to one request. */
  private record Reply(int status, String body, boolean hang) {}

  private final List<String> requests = new ArrayList<>();
  private final List<String> authorizations = new ArrayList<>();
  private final List<Reply> replies = new ArrayList<>();
  private final Fixture fixture = new Fixture();
  private HttpServer server;

  @BeforeEach
  void startServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/v1/chat/completions", this::answer);
    server.start();
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    Reply reply;
    synchronized (replies) {
      requests.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      authorizations.add(exchange.getRequestHeaders().getFirst("Authorization"));
      reply = replies.size() > 1 ? replies.removeFirst() : replies.getFirst();
    }
    if (reply.hang) {
      return; // never answered
    }
    byte[] body = reply.body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Location", "http://127.0.0.1:1/elsewhere");
    exchange.sendResponseHeaders(reply.status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private void reply(String message) {
    replies.add(
        new Reply(
            200,
            "{\"choices\":[{\"message\":" + message + "}],\"usage\":{\"total_tokens\":12}}",
            false));
  }

  private static String calls(String... namesAndArguments) {
    StringBuilder calls = new StringBuilder();
    for (int i = 0; i < namesAndArguments.length; i += 2) {
      calls.append(calls.isEmpty() ? "" : ",");
      calls.append("{\"id\":\"call_" + i + "\",\"type\":\"function\",\"function\":{\"name\":\"");
      calls.append(namesAndArguments[i]).append("\",\"arguments\":");
      calls.append(JsonText.write(new JsonValue.Text(namesAndArguments[i + 1]))).append("}}");
    }
    return "{\"role\":\"assistant\",\"content\":\"thinking\",\"tool_calls\":[" + calls + "]}";
  }

  private OpenAiPlanner planner(int port, Duration timeout) {
    var endpoint =
        new Endpoint(
            URI.create("http://127.0.0.1:" + port + "/v1/"),
            "m",
            Optional.of(CANARY),
            timeout,
            3,
            Duration.ofMillis(1));
    return new OpenAiPlanner(endpoint, "You are jgpt.", fixture.tools().specs());
  }

  private OpenAiPlanner planner() {
    return planner(server.getAddress().getPort(), PATIENCE);
  }

  @Test
  void aRunOverTheWire() throws Exception {
    reply(calls("calculate", "{\"expression\":\"17*23\"}"));
    reply(calls("write", "{\"path\":\"a.txt\",\"text\":391}"));
    reply("{\"content\":\"It is 391.\"}");
    AgentState end = fixture.run("17*23 to a.txt", planner());
    assertEquals("It is 391.", end.answer().orElseThrow().text());
    assertEquals("391", fixture.files.get("a.txt"));
    assertEquals(36, end.spent().tokens());
    assertEquals("thinking", end.thought());

    JsonValue.Members last = JsonText.read(requests.getLast()).asObject();
    assertEquals("m", last.text("model"));
    assertEquals(List.of("system", "user", "assistant", "tool", "assistant", "tool"), roles(last));
    assertEquals(4, last.elements("tools").size());
    assertEquals(Set.of("Bearer " + CANARY), new HashSet<>(authorizations));
  }

  private static List<String> roles(JsonValue.Members request) throws Exception {
    List<String> roles = new ArrayList<>();
    for (JsonValue message : request.elements("messages")) {
      roles.add(message.asObject().text("role"));
    }
    return roles;
  }

  @Test
  void everyCallIsAnsweredByItsIdAlsoWhatWasDeniedOrMakesNoSense() throws Exception {
    reply(
        calls(
            "write", "{\"path\":\"a.txt\",\"text\":\"6\"}",
            "launch", "{}",
            "calculate", "{\"expression\":\"2*3\"}",
            "read", "{}"));
    reply("{\"content\":\"done\"}");
    fixture.approver = request -> new Approver.Answer.Deny("leave it");
    fixture.run("2*3 to a.txt", planner());
    Set<String> asked = new HashSet<>();
    List<String> answered = new ArrayList<>();
    for (JsonValue value : JsonText.read(requests.getLast()).asObject().elements("messages")) {
      JsonValue.Members message = value.asObject();
      for (JsonValue call : message.elements("tool_calls")) {
        assertTrue(asked.add(call.asObject().text("id")));
      }
      if (message.text("role").equals("tool")) {
        answered.add(message.text("tool_call_id") + " " + message.text("content"));
      }
    }
    assertEquals(Set.of("a1", "a2", "a3", "a4"), asked);
    assertEquals(
        List.of(
            "a1 error: denied: leave it",
            "a2 error: no tool launch",
            "a3 6",
            "a4 error: read needs path"),
        answered);
  }

  private PlannerException failure(OpenAiPlanner planner) {
    return assertThrows(PlannerException.class, () -> fixture.run("x", planner));
  }

  @Test
  void aBusyEndpointIsAskedAgainAndNotForEver() throws Exception {
    replies.add(new Reply(503, "", false));
    replies.add(new Reply(429, "", false));
    reply("{\"content\":\"at last\"}");
    assertEquals("at last", fixture.run("x", planner()).answer().orElseThrow().text());
    replies.clear();
    requests.clear();
    replies.add(new Reply(500, "", false));
    assertEquals(Fault.REFUSED, failure(planner()).fault());
    assertEquals(3, requests.size());
  }

  @Test
  void whatCannotBeMendedIsNotTriedAgain() {
    replies.add(new Reply(401, "", false));
    assertEquals(Fault.UNAUTHORIZED, failure(planner()).fault());
    assertEquals(1, requests.size());
  }

  @Test
  void aRedirectIsNotFollowed() {
    replies.add(new Reply(307, "", false));
    assertEquals(Fault.REFUSED, failure(planner()).fault());
    assertEquals(1, requests.size());
  }

  @Test
  void anEndpointThatIsSilentOrGoneIsAFault() throws Exception {
    replies.add(new Reply(0, "", true));
    OpenAiPlanner impatient = planner(server.getAddress().getPort(), Duration.ofMillis(300));
    assertEquals(Fault.TIMEOUT, failure(impatient).fault());
    try (var deaf = new Socket()) { // holds the port, so that nobody else does, and does not listen
      deaf.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      assertEquals(Fault.UNREACHABLE, failure(planner(deaf.getLocalPort(), PATIENCE)).fault());
    }
  }

  @Test
  void answersThatAreNotTheProtocolAreFaults() {
    for (String body :
        new String[] {
          "",
          "no json",
          "[]",
          "{}",
          "{\"choices\":[]}",
          "{\"choices\":[{\"message\":7}]}",
          "{\"choices\":[{\"message\":{\"tool_calls\":[{\"function\":{\"name\":\"x\"}}]}}]}",
          "{\"choices\":[{\"message\":" + calls("read", "{\"path\":[]}") + "}]}",
          "{\"choices\":[{\"message\":" + calls("read", "nonsense") + "}]}",
        }) {
      replies.clear();
      replies.add(new Reply(200, body, false));
      assertEquals(Fault.UNUSABLE, failure(planner()).fault(), body);
    }
    replies.clear();
    replies.add(new Reply(200, "[" + " ".repeat(5 << 20) + "]", false));
    assertEquals(Fault.UNUSABLE, failure(planner()).fault());
  }

  @Test
  void nothingToSayIsGivingUp() throws Exception {
    reply("{\"content\":null}");
    assertEquals(Reason.NO_PLAN, fixture.run("x", planner()).stop().orElseThrow().reason());
  }

  @Test
  void theKeyIsInNoTextThatAnybodySees() throws Exception {
    reply(calls("calculate", "{\"expression\":\"" + "2*3" + "\"}"));
    replies.add(new Reply(400, "your key " + CANARY + " is bad", false));
    PlannerException failure = failure(planner());
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    assertFalse(trace.toString().contains(CANARY), trace.toString());
    assertFalse(fixture.stored.toString().contains(CANARY));
    assertFalse(requests.toString().contains(CANARY));
    var endpoint = Endpoint.of(URI.create("https://h:1/v1"), "m", Optional.of(CANARY));
    assertEquals("https://h:1 m", endpoint.toString());
    assertEquals("https://h:1/v1/chat/completions", endpoint.completions().toString());
  }

  @Test
  void addressesThatAreNoneAreRefused() {
    for (String base : new String[] {"ftp://h/", "h/v1", "https:///x", "http://user:pw@h/v1"}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> Endpoint.of(URI.create(base), "m", Optional.empty()),
          base);
    }
  }
}
