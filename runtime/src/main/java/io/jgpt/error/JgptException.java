package io.jgpt.error;

import java.util.Locale;

/**
 * A failure that a user can act on: one line that says what, value, limit and cure.
 *
 * <p>The text lives in resource bundles so that it can be shown in the user's language. A key is
 * {@code AREA.NAME}; its template is in {@code io/jgpt/error/AREA.properties} (English) and {@code
 * AREA_zh.properties} (Chinese), in the syntax of {@link String#format}, with explicit argument
 * positions ({@code %1$s}).
 *
 * <p>{@link #getMessage()} is English; {@link #message(Locale)} is the same line in another
 * language.
 */
public abstract sealed class JgptException extends RuntimeException
    permits ModelException, DeviceException, InputException {

  private final String key;
  private final transient Object[] arguments;

  JgptException(Throwable cause, String key, Object... arguments) {
    super(ErrorMessages.format(Locale.ROOT, key, arguments), cause);
    this.key = key;
    this.arguments = arguments.clone();
  }

  /** The bundle key, {@code AREA.NAME}: stable across languages and releases. */
  public final String key() {
    return key;
  }

  /** The line in the language of {@code locale}, English where there is no translation. */
  public final String message(Locale locale) {
    return arguments == null ? getMessage() : ErrorMessages.format(locale, key, arguments);
  }
}
