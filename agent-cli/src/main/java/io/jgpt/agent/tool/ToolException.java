package io.jgpt.agent.tool;

/**
 * A tool could not do what it was asked: one line in English, for the model and the user, which
 * says what and why. The expected way for a tool to fail; any other exception is a fault of the
 * tool.
 */
public final class ToolException extends Exception {

  /** The line may quote hostile text: it is made safe to display. */
  public ToolException(String line) {
    super(DisplayText.line(line));
  }

  /** As above, with the exception that caused it. */
  public ToolException(String line, Throwable cause) {
    super(DisplayText.line(line), cause);
  }
}
