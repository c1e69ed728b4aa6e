package io.jgpt.agent.json;

/** A text is no JSON, or not the JSON that was expected. The message says what, in a few words. */
public final class JsonException extends Exception {

  private static final long serialVersionUID = 1;

  /** With the reason, in a few words. */
  public JsonException(String reason) {
    super(reason);
  }

  /** As above, with the exception that caused it. */
  public JsonException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
