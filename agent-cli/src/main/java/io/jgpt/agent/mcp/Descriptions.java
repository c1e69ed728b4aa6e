package io.jgpt.agent.mcp;

import java.io.IOException;
import java.util.Optional;

/** The descriptions of tools that the user has accepted, by their fingerprints. */
public interface Descriptions {

  /** What was accepted last of a server's tool. */
  Optional<String> accepted(String server, String tool);

  /** The user accepts this one; when this returns, it is stored. */
  void accept(String server, String tool, String fingerprint) throws IOException;
}
