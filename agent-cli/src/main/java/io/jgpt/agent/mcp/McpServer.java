package io.jgpt.agent.mcp;

import io.jgpt.agent.json.JsonText;
import io.jgpt.agent.json.JsonValue;
import io.jgpt.agent.program.Surroundings;
import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator.ValidationResponse;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Mono;

/** A server that runs. Whatever goes wrong with it is one line. */
final class McpServer implements AutoCloseable {

  /** Checks nothing: what a server says is text to jgpt, whatever form it promised. */
  private static final JsonSchemaValidator TRUSTING =
      (schema, content) -> ValidationResponse.asValid("");

  private final ServerRules rules;
  private final ServerPipe pipe;
  private final McpAsyncClient client;
  private volatile Map<String, String> fingerprints = Map.of();

  private McpServer(ServerRules rules, ServerPipe pipe, String version) {
    this.rules = rules;
    this.pipe = pipe;
    this.client =
        McpClient.async(pipe)
            .requestTimeout(rules.time())
            .initializationTimeout(rules.time())
            .clientInfo(McpSchema.Implementation.builder("jgpt", version).build())
            .jsonSchemaValidator(TRUSTING)
            .toolsChangeConsumer(tools -> Mono.fromRunnable(() -> remember(tools)))
            .build();
  }

  /**
   * Starts a server; the caller closes it.
   *
   * @param version of jgpt
   * @throws McpException if it does not start, or speaks something else
   */
  static McpServer start(ServerRules rules, Surroundings surroundings, String version)
      throws McpException, InterruptedException {
    McpJsonMapper mapper = McpJsonDefaults.getMapper();
    ServerPipe pipe;
    try {
      pipe = ServerPipe.start(rules, surroundings, mapper);
    } catch (IOException e) {
      throw new McpException(rules.name(), e.getMessage(), e);
    }
    var server = new McpServer(rules, pipe, version);
    try {
      server.await(server.client.initialize());
      return server;
    } catch (McpException | InterruptedException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  String name() {
    return rules.name();
  }

  /** All its tools, as it describes them now. */
  List<McpSchema.Tool> tools() throws McpException, InterruptedException {
    List<McpSchema.Tool> tools = await(client.listTools()).tools();
    remember(tools);
    return tools;
  }

  private void remember(List<McpSchema.Tool> tools) {
    Map<String, String> next = new HashMap<>();
    tools.forEach(tool -> next.put(tool.name(), fingerprint(tool)));
    fingerprints = Map.copyOf(next);
  }

  /** Whether a tool is, as far as its server has told, what it was. */
  boolean isStill(String tool, String fingerprint) {
    return fingerprint.equals(fingerprints.get(tool));
  }

  /** All that a planner could be told of a tool. */
  static String description(McpSchema.Tool tool) {
    return JsonText.write(
        JsonValue.Members.builder()
            .put("name", tool.name())
            .put("title", PlainJson.sorted(tool.title()))
            .put("description", PlainJson.sorted(tool.description()))
            .put("input", PlainJson.sorted(tool.inputSchema()))
            .build());
  }

  static String fingerprint(McpSchema.Tool tool) {
    try {
      byte[] text = description(tool).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has the algorithm
    }
  }

  /** What a tool gives. */
  McpSchema.CallToolResult call(String tool, Map<String, Object> arguments)
      throws McpException, InterruptedException {
    return await(
        client.callTool(McpSchema.CallToolRequest.builder(tool).arguments(arguments).build()));
  }

  private <T> T await(Mono<T> answer) throws McpException, InterruptedException {
    CompletableFuture<T> future = answer.toFuture();
    CompletableFuture<Void> end =
        pipe.ended().thenAccept(why -> future.completeExceptionally(new EOFException(why)));
    try {
      return future.get(rules.time().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new McpException(rules.name(), reason(e.getCause()), e);
    } catch (TimeoutException e) {
      throw late(e);
    } finally {
      end.cancel(false);
      future.cancel(true);
    }
  }

  private McpException late(Exception e) {
    return new McpException(rules.name(), "no answer within " + rules.time().toSeconds() + " s", e);
  }

  private String reason(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case EOFException ended -> {
          String words = pipe.lastWords();
          return ended.getMessage() + (words.isEmpty() ? "" : ": " + words);
        }
        case McpError refusal -> {
          return refusal.getMessage();
        }
        case TimeoutException _ -> {
          return "no answer within " + rules.time().toSeconds() + " s";
        }
        default -> {}
      }
    }
    return e.getMessage();
  }

  @Override
  public void close() {
    client.close();
    pipe.close();
  }
}
