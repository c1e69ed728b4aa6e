package io.jgpt.cli;

import java.util.Locale;
import java.util.ResourceBundle;

/**
 * The command line's texts in the user's language: {@code messages.properties}, in the syntax of
 * {@link String#format} with explicit positions, and {@code help.properties}, as picocli reads it.
 */
final class Messages {

  private final Locale locale;
  private final ResourceBundle texts;

  Messages(Language language) {
    this.locale = language.locale();
    this.texts = bundle("messages");
  }

  Locale locale() {
    return locale;
  }

  String text(String key, Object... arguments) {
    return String.format(Locale.ROOT, texts.getString(key), arguments);
  }

  /** What the help of the commands consists of. */
  ResourceBundle help() {
    return bundle("help");
  }

  private ResourceBundle bundle(String name) {
    var exact =
        ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);
    return ResourceBundle.getBundle(
        "io.jgpt.cli." + name, locale, Messages.class.getClassLoader(), exact);
  }
}
