package io.jgpt.agent.mcp;

import io.jgpt.agent.tool.DisplayText;

/** A server cannot be used: one line, which may quote it and is safe to display. */
public final class McpException extends Exception {

  private static final long serialVersionUID = 1;

  private final String server;

  McpException(String server, String line, Throwable cause) {
    super(DisplayText.line(line), cause);
    this.server = server;
  }

  /** Its name in the policy. */
  public String server() {
    return server;
  }
}
