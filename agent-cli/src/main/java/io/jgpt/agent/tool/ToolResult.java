package io.jgpt.agent.tool;

/**
 * What a call gave.
 *
 * @param text what the model and the user see; safe to display, see {@link DisplayText}
 * @param failed whether the call did not do what it was asked; the text then starts with {@code
 *     error: }
 * @param changedState whether files, notes or the like differ from before: repeating the call may
 *     then be meaningful
 */
public record ToolResult(String text, boolean failed, boolean changedState) {

  private static final String ERROR = "error: ";

  /** Makes the text safe to display. */
  public ToolResult {
    text = DisplayText.text(text);
  }

  /** A call that changed nothing. */
  public static ToolResult of(String text) {
    return new ToolResult(text, false, false);
  }

  /** A call that changed something, and has nothing else to say. */
  public static ToolResult done() {
    return new ToolResult("ok", false, true);
  }

  /** A call that could not be carried out. */
  public static ToolResult failure(ToolException exception) {
    return new ToolResult(ERROR + exception.getMessage(), true, false);
  }
}
