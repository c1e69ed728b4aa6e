package io.jgpt.agent.tool;

import java.time.Clock;
import java.util.Locale;
import java.util.Objects;

/**
 * What tools act on and within.
 *
 * @param workspace the files
 * @param clock the time, in the user's zone
 * @param language of the user; observations do not depend on it
 * @param limits how much a call may read, write and say
 * @param questions reaches the user
 * @param notes what the agent remembers
 */
public record ToolContext(
    Workspace workspace,
    Clock clock,
    Locale language,
    Limits limits,
    Questions questions,
    Notes notes) {

  /** None may be null. */
  public ToolContext {
    Objects.requireNonNull(workspace);
    Objects.requireNonNull(clock);
    Objects.requireNonNull(language);
    Objects.requireNonNull(limits);
    Objects.requireNonNull(questions);
    Objects.requireNonNull(notes);
  }
}
