package io.jgpt.agent.mcp;

import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.json.JsonValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An MCP server, as a policy file names it.
 *
 * @param name begins the names of its tools
 * @param command the program, by name or absolute path, and its arguments
 * @param environment beside what every program gets
 * @param tools that may be used; at least one
 * @param time of one call, and of the start
 */
public record ServerRules(
    String name,
    List<String> command,
    Map<String, String> environment,
    List<Offered> tools,
    Duration time) {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]{0,15}");
  private static final long USUAL_SECONDS = 30;
  private static final long MOST_SECONDS = 600;

  /** Copies. */
  public ServerRules {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    tools = List.copyOf(tools);
  }

  /**
   * A tool of the server.
   *
   * @param text parameters that hold composed text; all others name something
   */
  public record Offered(String name, Set<String> text) {

    /** Copies. */
    public Offered {
      text = Set.copyOf(text);
    }
  }

  /**
   * Reads one element of the section {@code mcp} of a policy.
   *
   * @throws JsonException if it is none
   */
  public static ServerRules read(JsonValue.Members server) throws JsonException {
    server.requireOnly("a server", "server", "command", "environment", "tools", "seconds");
    String name = server.text("server");
    if (!NAME.matcher(name).matches()) {
      throw new JsonException(
          "\"server\" is \"" + name + "\", must be up to 16 lower-case letters and digits");
    }
    List<String> command = texts(server, "command");
    List<Offered> tools = new ArrayList<>();
    for (JsonValue tool : server.elements("tools")) {
      JsonValue.Members members = tool.asObject();
      members.requireOnly("a server's tool", "name", "text");
      tools.add(new Offered(members.text("name"), new HashSet<>(texts(members, "text"))));
    }
    if (command.isEmpty() || tools.isEmpty()) {
      throw new JsonException((command.isEmpty() ? "\"command\"" : "\"tools\"") + " is missing");
    }
    return new ServerRules(
        name,
        command,
        server.object("environment").texts(),
        tools,
        Duration.ofSeconds(server.wholeWithin("seconds", 1, MOST_SECONDS, USUAL_SECONDS)));
  }

  private static List<String> texts(JsonValue.Members members, String name) throws JsonException {
    List<String> texts = new ArrayList<>();
    for (JsonValue element : members.elements(name)) {
      texts.add(element.asText());
    }
    return texts;
  }
}
