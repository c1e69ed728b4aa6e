package io.jgpt.agent;

import java.io.IOException;

/** Where the events of a run are kept. */
@FunctionalInterface
public interface RunLog {

  /** Keeps nothing. */
  RunLog NONE = event -> {};

  /** Writes one event; when this returns, it is stored. */
  void append(Event event) throws IOException;
}
