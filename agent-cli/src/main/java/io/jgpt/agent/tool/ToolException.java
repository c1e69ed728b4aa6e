package io.jgpt.agent.tool;

/**
 * A tool could not do what it was asked: one line in English, for the model and the user, which
 * says what and why. The expected way for a tool to fail; any other exception is a fault of the
 * tool. Without a stack trace: it is an answer, and where a planner's values are looked for in a
 * text, most of its parts have that answer.
 */
public final class ToolException extends Exception {

  /** The line may quote hostile text: it is made safe to display. */
  public ToolException(String line) {
    this(line, null);
  }

  /** As above, with the exception that caused it. */
  public ToolException(String line, Throwable cause) {
    super(DisplayText.line(line), cause, false, false);
  }
}
