package io.jgpt.error;

/** The model cannot be loaded: missing, damaged, hostile, or of a kind that jgpt does not run. */
public final class ModelException extends JgptException {

  /**
   * The line is the template {@code key} filled with {@code arguments}; see {@link JgptException}.
   */
  public ModelException(String key, Object... arguments) {
    super(null, key, arguments);
  }

  /** As above, with the exception that caused it. */
  public ModelException(Throwable cause, String key, Object... arguments) {
    super(cause, key, arguments);
  }
}
