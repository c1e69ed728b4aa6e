package io.jgpt.agent;

import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.json.JsonValue;
import io.jgpt.agent.mcp.ServerRules;
import io.jgpt.agent.program.ShellRules;
import io.jgpt.agent.web.FetchRules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The tools that are off unless a policy file turns them on, each with its limits.
 *
 * @param shell what {@code shell} may run; without it there is no such tool
 * @param fetch what {@code fetch} may read; without it there is no such tool
 * @param servers whose tools there are
 */
public record OptionalTools(
    Optional<ShellRules> shell, Optional<FetchRules> fetch, List<ServerRules> servers) {

  /** All are off. */
  public static final OptionalTools NONE =
      new OptionalTools(Optional.empty(), Optional.empty(), List.of());

  /** The sections of a policy that {@link #read} reads. */
  static final List<String> SECTIONS = List.of("shell", "fetch", "mcp");

  /** Copies the list. */
  public OptionalTools {
    servers = List.copyOf(servers);
  }

  /**
   * Reads the sections {@code shell}, {@code fetch} and {@code mcp} of a policy, those that it has.
   *
   * @throws JsonException if one of them is none
   */
  static OptionalTools read(JsonValue.Members policy) throws JsonException {
    List<ServerRules> servers = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (JsonValue element : policy.elements("mcp")) {
      ServerRules server = ServerRules.read(element.asObject());
      if (!names.add(server.name())) {
        throw new JsonException("two servers are called \"" + server.name() + "\"");
      }
      servers.add(server);
    }
    Optional<JsonValue> shell = policy.get("shell");
    Optional<JsonValue> fetch = policy.get("fetch");
    return new OptionalTools(
        shell.isPresent() ? Optional.of(ShellRules.read(shell.get().asObject())) : Optional.empty(),
        fetch.isPresent() ? Optional.of(FetchRules.read(fetch.get().asObject())) : Optional.empty(),
        servers);
  }
}
