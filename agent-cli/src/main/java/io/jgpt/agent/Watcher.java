package io.jgpt.agent;

/** Sees a run while it goes on. Called by the run's thread. */
public interface Watcher extends TokenSink {

  /** Sees nothing. */
  Watcher BLIND =
      new Watcher() {
        @Override
        public void happened(AgentState state, Event event) {}

        @Override
        public void accept(String piece) {}
      };

  /**
   * An event, after it was stored.
   *
   * @param state which it led to
   */
  void happened(AgentState state, Event event);
}
