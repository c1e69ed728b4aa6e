package io.jgpt.agent.mcp;

import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.json.JsonText;
import io.jgpt.agent.json.JsonValue;
import io.jgpt.agent.tool.Arguments;
import io.jgpt.agent.tool.DisplayText;
import io.jgpt.agent.tool.Effect;
import io.jgpt.agent.tool.Parameter;
import io.jgpt.agent.tool.Tool;
import io.jgpt.agent.tool.ToolContext;
import io.jgpt.agent.tool.ToolException;
import io.jgpt.agent.tool.ToolResult;
import io.jgpt.agent.tool.ToolSpec;
import io.modelcontextprotocol.spec.McpSchema;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A server's tool as one of the agent's. What it gives is content: nothing in it may name a target.
 */
final class McpTool implements Tool {

  private static final int LONGEST_DESCRIPTION = 300;

  private final McpServer server;
  private final McpSchema.Tool tool;
  private final String fingerprint;
  private final Map<String, Object> properties;
  private final ToolSpec spec;

  /**
   * @throws McpException if its parameters are not such that jgpt could give them
   */
  McpTool(McpServer server, McpSchema.Tool tool, ServerRules.Offered offered) throws McpException {
    this.server = server;
    this.tool = tool;
    this.fingerprint = McpServer.fingerprint(tool);
    this.properties = map(map(tool.inputSchema()).get("properties"));
    try {
      String name = (server.name() + "_" + tool.name()).replaceAll("[^A-Za-z0-9_-]", "_");
      this.spec =
          new ToolSpec(name, shortened(tool.description()), parameters(offered), Effect.REMOTE);
    } catch (IllegalArgumentException e) {
      throw new McpException(server.name(), "tool " + tool.name() + ": " + e.getMessage(), e);
    }
  }

  private static String shortened(Object description) {
    String line = DisplayText.line(description == null ? "" : description.toString());
    return line.length() <= LONGEST_DESCRIPTION ? line : line.substring(0, LONGEST_DESCRIPTION);
  }

  /** Those that every call has come first. */
  private List<Parameter> parameters(ServerRules.Offered offered) {
    Object named = map(tool.inputSchema()).get("required");
    List<?> required = named instanceof List<?> list ? list : List.of();
    List<Parameter> first = new ArrayList<>();
    List<Parameter> last = new ArrayList<>();
    for (String name : properties.keySet()) {
      Map<String, Object> property = map(properties.get(name));
      Parameter parameter =
          new Parameter(
              name,
              offered.text().contains(name) ? Parameter.Kind.TEXT : kind(property),
              shortened(property.get("description")),
              required.contains(name));
      (parameter.required() ? first : last).add(parameter);
    }
    first.addAll(last);
    return first;
  }

  private static Parameter.Kind kind(Map<String, Object> property) {
    boolean choice = property.containsKey("enum") || "boolean".equals(property.get("type"));
    if (choice) {
      return Parameter.Kind.CHOICE;
    }
    boolean number = Set.of("number", "integer").contains(property.getOrDefault("type", ""));
    return number ? Parameter.Kind.NUMBER : Parameter.Kind.VALUE;
  }

  private static Map<String, Object> map(Object value) {
    Map<String, Object> map = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> other) {
      other.forEach((name, member) -> map.put(name.toString(), member));
    }
    return map;
  }

  /** For the user, who accepts the tool or not. */
  Offer offer(boolean changed) {
    return new Offer(server.name(), tool.name(), McpServer.description(tool), changed);
  }

  String fingerprint() {
    return fingerprint;
  }

  @Override
  public ToolSpec spec() {
    return spec;
  }

  @Override
  public ToolResult call(Arguments arguments, ToolContext context) throws ToolException {
    Map<String, Object> values = new HashMap<>();
    for (Map.Entry<String, String> argument : arguments.all().entrySet()) {
      values.put(argument.getKey(), value(argument.getKey(), argument.getValue()));
    }
    if (!server.isStill(tool.name(), fingerprint)) {
      throw new ToolException(
          server.name() + " describes " + tool.name() + " in another way since the run began");
    }
    try {
      return result(server.call(tool.name(), values));
    } catch (McpException e) {
      throw new ToolException("server " + e.server() + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ToolException("stopped with the run", e);
    }
  }

  /** An argument in the type that the server wants. */
  private Object value(String name, String text) throws ToolException {
    Object type = map(properties.get(name)).getOrDefault("type", "string");
    try {
      return switch (type.toString()) {
        case "integer" -> new BigDecimal(text).toBigIntegerExact();
        case "number" -> new BigDecimal(text);
        case "boolean" -> {
          if (!text.equals("true") && !text.equals("false")) {
            throw new ToolException(name + " is neither true nor false");
          }
          yield text.equals("true");
        }
        case "array", "object" -> PlainJson.plain(JsonText.read(text));
        default -> text;
      };
    } catch (ArithmeticException | NumberFormatException e) {
      throw new ToolException(name + " is no " + type + ": " + text, e);
    } catch (JsonException e) {
      throw new ToolException(name + " is no JSON: " + e.getMessage(), e);
    }
  }

  private static ToolResult result(McpSchema.CallToolResult result) {
    String text =
        result.content().stream()
            .map(
                content ->
                    content instanceof McpSchema.TextContent words
                        ? words.text()
                        : "[" + content.type() + "]")
            .collect(Collectors.joining("\n"));
    if (text.isBlank() && result.structuredContent() != null) {
      JsonValue structured = PlainJson.sorted(result.structuredContent());
      text = JsonText.write(structured);
    }
    boolean failed = Boolean.TRUE.equals(result.isError());
    String shown = text.isBlank() ? "(nothing)" : text.strip();
    return new ToolResult(failed ? "error: " + shown : shown, failed, true);
  }
}
