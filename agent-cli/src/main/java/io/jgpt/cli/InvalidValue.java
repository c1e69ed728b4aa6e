package io.jgpt.cli;

import picocli.CommandLine.TypeConversionException;

/** A value that an option does not take. */
final class InvalidValue extends TypeConversionException {

  private static final long serialVersionUID = 1;

  private final String limitKey;
  private final transient Object[] arguments;
  private final String example;

  /**
   * @param limitKey of the text that says what the value must be
   * @param arguments of that text
   * @param example a value that would do
   */
  InvalidValue(String example, String limitKey, Object... arguments) {
    super(limitKey);
    this.limitKey = limitKey;
    this.arguments = arguments.clone();
    this.example = example;
  }

  /**
   * The line.
   *
   * @param name of the option, or of the setting
   */
  String message(Messages messages, String name, String value) {
    return messages.text("error.value", name, value, messages.text(limitKey, arguments), example);
  }
}
