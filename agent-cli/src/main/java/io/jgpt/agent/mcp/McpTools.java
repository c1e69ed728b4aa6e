package io.jgpt.agent.mcp;

import io.jgpt.agent.program.Surroundings;
import io.jgpt.agent.tool.Tool;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The tools of all servers of a policy, and the servers. A tool is offered once the user has
 * accepted how its server describes it; a description that is another than the one accepted is
 * asked about again, before anything is called.
 */
public final class McpTools implements AutoCloseable {

  /** More of it nobody reads before accepting it. */
  private static final int LONGEST_DESCRIPTION = 4000;

  private final List<McpServer> servers = new ArrayList<>();
  private final List<Tool> tools = new ArrayList<>();

  private McpTools() {}

  /**
   * Starts the servers; the caller closes them.
   *
   * @param version of jgpt
   * @throws McpException if one cannot be used
   * @throws IOException if what the user accepts cannot be stored
   * @throws InterruptedException if the run is cancelled meanwhile
   */
  public static McpTools open(
      List<ServerRules> rules,
      Surroundings surroundings,
      String version,
      Descriptions descriptions,
      Offer.Asker asker)
      throws McpException, IOException, InterruptedException {
    var all = new McpTools();
    try {
      for (ServerRules server : rules) {
        McpServer started = McpServer.start(server, surroundings, version);
        all.servers.add(started);
        all.add(started, server, descriptions, asker);
      }
      return all;
    } catch (McpException | IOException | InterruptedException | RuntimeException e) {
      all.close();
      throw e;
    }
  }

  private void add(
      McpServer server, ServerRules rules, Descriptions descriptions, Offer.Asker asker)
      throws McpException, IOException, InterruptedException {
    Map<String, McpSchema.Tool> there =
        server.tools().stream()
            .collect(Collectors.toMap(McpSchema.Tool::name, Function.identity(), (a, b) -> a));
    for (ServerRules.Offered offered : rules.tools()) {
      McpSchema.Tool tool = there.get(offered.name());
      if (tool == null) {
        throw new McpException(
            server.name(),
            "it has no tool "
                + offered.name()
                + " but "
                + String.join(", ", new TreeSet<>(there.keySet())),
            null);
      }
      int length = McpServer.description(tool).length();
      if (length > LONGEST_DESCRIPTION) {
        throw new McpException(
            server.name(),
            "it describes "
                + offered.name()
                + " in "
                + length
                + " characters, at most "
                + LONGEST_DESCRIPTION,
            null);
      }
      McpTool candidate = new McpTool(server, tool, offered);
      if (tools.stream().anyMatch(t -> t.spec().name().equals(candidate.spec().name()))) {
        throw new McpException(
            server.name(), "two tools would be called " + candidate.spec().name(), null);
      }
      if (isAccepted(candidate, offered.name(), server.name(), descriptions, asker)) {
        tools.add(candidate);
      }
    }
  }

  private static boolean isAccepted(
      McpTool tool, String name, String server, Descriptions descriptions, Offer.Asker asker)
      throws IOException, InterruptedException {
    Optional<String> before = descriptions.accepted(server, name);
    if (before.equals(Optional.of(tool.fingerprint()))) {
      return true;
    }
    boolean accepted = asker.accepts(tool.offer(before.isPresent()));
    if (accepted) {
      descriptions.accept(server, name, tool.fingerprint());
    }
    return accepted;
  }

  /** Those that were accepted. */
  public List<Tool> tools() {
    return List.copyOf(tools);
  }

  /** Ends the servers, with all that they started. */
  @Override
  public void close() {
    servers.forEach(McpServer::close);
  }
}
