package io.jgpt.agent.mcp;

/**
 * A tool as its server describes it, for the user to accept or not: the planner will read it.
 *
 * @param description all of it as JSON, on one line, not yet safe to display
 * @param changed whether the user has accepted another one before
 */
public record Offer(String server, String tool, String description, boolean changed) {

  /** Asks the user. */
  @FunctionalInterface
  public interface Asker {

    /**
     * Whether the tool may be offered to the planner.
     *
     * @throws InterruptedException if the run is cancelled meanwhile
     */
    boolean accepts(Offer offer) throws InterruptedException;
  }
}
