package io.jgpt.error;

/** The device cannot do what is asked: missing, unusable, or out of memory. */
public final class DeviceException extends JgptException {

  /**
   * The line is the template {@code key} filled with {@code arguments}; see {@link JgptException}.
   */
  public DeviceException(String key, Object... arguments) {
    super(null, key, arguments);
  }

  /** As above, with the exception that caused it. */
  public DeviceException(Throwable cause, String key, Object... arguments) {
    super(cause, key, arguments);
  }
}
