package io.jgpt.error;

/**
 * The input cannot be used: too long for the context, not valid UTF-8, empty where that has no
 * meaning.
 */
public final class InputException extends JgptException {

  /**
   * The line is the template {@code key} filled with {@code arguments}; see {@link JgptException}.
   */
  public InputException(String key, Object... arguments) {
    super(null, key, arguments);
  }

  /** As above, with the exception that caused it. */
  public InputException(Throwable cause, String key, Object... arguments) {
    super(cause, key, arguments);
  }
}
