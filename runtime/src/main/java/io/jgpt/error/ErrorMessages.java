package io.jgpt.error;

import java.util.Arrays;
import java.util.Locale;
import java.util.ResourceBundle;

/**
 * Looks up and fills the templates of {@link JgptException}.
 *
 * <p>Arguments may come from hostile files: a tensor's name can hold line ends, escape sequences
 * that repaint a terminal, or a megabyte. The result is one line of printable text all the same.
 */
final class ErrorMessages {

  /** Longest string argument shown; paths and numbers are not cut. */
  private static final int LONGEST = 300;

  // Written inside words and emoji; unlike other format characters they move nothing.
  private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
  private static final int ZERO_WIDTH_JOINER = 0x200D;

  private ErrorMessages() {}

  static String format(Locale locale, String key, Object... arguments) {
    int dot = key.indexOf('.');
    String area = key.substring(0, dot);
    var control =
        ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);
    var bundle =
        ResourceBundle.getBundle(
            "io.jgpt.error." + area, locale, ErrorMessages.class.getClassLoader(), control);
    String template = bundle.getString(key.substring(dot + 1));
    Object[] shown = Arrays.stream(arguments).map(ErrorMessages::cut).toArray();
    return printable(String.format(Locale.ROOT, template, shown));
  }

  private static Object cut(Object argument) {
    if (argument instanceof String text && text.length() > LONGEST) {
      return text.substring(0, LONGEST) + "…";
    }
    return argument;
  }

  /** Control characters, line separators and marks that reorder text become U+FFFD. */
  private static String printable(String line) {
    return line.codePoints()
        .map(c -> isPrintable(c) ? c : 0xFFFD)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static boolean isPrintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      case Character.FORMAT -> codePoint == ZERO_WIDTH_JOINER || codePoint == ZERO_WIDTH_NON_JOINER;
      default -> true;
    };
  }
}
