package io.jgpt.cli;

import io.jgpt.agent.Cancellation;
import io.jgpt.agent.OptionalTools;
import io.jgpt.agent.log.Keys;
import io.jgpt.agent.log.StoredDescriptions;
import io.jgpt.agent.log.TamperedException;
import io.jgpt.agent.mcp.McpException;
import io.jgpt.agent.mcp.McpTools;
import io.jgpt.agent.mcp.Offer;
import io.jgpt.agent.program.Shell;
import io.jgpt.agent.program.Surroundings;
import io.jgpt.agent.tool.Tool;
import io.jgpt.agent.tool.Toolbox;
import io.jgpt.agent.web.Fetch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Optional;

/** The tools of one run: those that there always are, and those that its policy turns on. */
final class AgentTools implements AutoCloseable {

  private final Toolbox all;
  private final Optional<McpTools> servers;

  private AgentTools(Toolbox all, Optional<McpTools> servers) {
    this.all = all;
    this.servers = servers;
  }

  /**
   * Makes the tools, which starts the servers; the caller closes them.
   *
   * @param workspace its root
   * @param state where it is kept which descriptions the user has accepted
   * @throws TamperedException if those are not as they were written
   */
  static AgentTools open(
      Invocation invocation,
      OptionalTools optional,
      Path workspace,
      Path state,
      Keys keys,
      Offer.Asker asker,
      Cancellation cancellation)
      throws IOException, TamperedException {
    Surroundings surroundings =
        Surroundings.of(
            invocation.host().environment(),
            Charset.forName(System.getProperty("native.encoding")));
    Toolbox tools = Toolbox.standard();
    if (optional.shell().isPresent()) {
      tools = tools.with(new Shell(optional.shell().get(), workspace, surroundings));
    }
    if (optional.fetch().isPresent()) {
      tools = tools.with(new Fetch(optional.fetch().get()));
    }
    if (optional.servers().isEmpty()) {
      return new AgentTools(tools, Optional.empty());
    }
    try (StoredDescriptions accepted = StoredDescriptions.open(state, keys)) {
      McpTools servers =
          cancellation.<McpTools, McpException>during(
              () -> servers(optional, surroundings, accepted, asker));
      for (Tool tool : servers.tools()) {
        tools = tools.with(tool);
      }
      return new AgentTools(tools, Optional.of(servers));
    } catch (InterruptedException e) {
      return new AgentTools(tools, Optional.empty()); // the run stops before it needs any
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (McpException e) {
      throw new CliException(e, ExitCode.INPUT, "error.mcp", e.server(), e.getMessage());
    }
  }

  private static McpTools servers(
      OptionalTools optional,
      Surroundings surroundings,
      StoredDescriptions accepted,
      Offer.Asker asker)
      throws McpException, InterruptedException {
    try {
      return McpTools.open(optional.servers(), surroundings, Version.number(), accepted, asker);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All of them. */
  Toolbox all() {
    return all;
  }

  /** Ends the servers. */
  @Override
  public void close() {
    servers.ifPresent(McpTools::close);
  }
}
