package io.jgpt.error;

import java.util.Locale;
import java.util.ResourceBundle;

/** Looks up and fills the templates of {@link JgptException}. */
final class ErrorMessages {

  private ErrorMessages() {}

  static String format(Locale locale, String key, Object... arguments) {
    int dot = key.indexOf('.');
    String area = key.substring(0, dot);
    var control =
        ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);
    var bundle =
        ResourceBundle.getBundle(
            "io.jgpt.error." + area, locale, ErrorMessages.class.getClassLoader(), control);
    return String.format(Locale.ROOT, bundle.getString(key.substring(dot + 1)), arguments);
  }
}
