package io.jgpt.tokenizer;

/** Replaces lone surrogates, which no encoding of text can hold, by U+FFFD. */
final class WellFormed {

  private WellFormed() {}

  static String of(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isLone(text, i)) {
        return replace(text);
      }
      if (Character.isSurrogate(text.charAt(i))) {
        i++;
      }
    }
    return text;
  }

  private static String replace(String text) {
    var result = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      if (isLone(text, i)) {
        result.append('\uFFFD');
      } else {
        result.append(text.charAt(i));
        if (Character.isSurrogate(text.charAt(i))) {
          result.append(text.charAt(++i));
        }
      }
    }
    return result.toString();
  }

  /** True for a surrogate at {@code i} that does not begin a pair. */
  private static boolean isLone(String text, int i) {
    char c = text.charAt(i);
    return Character.isSurrogate(c)
        && (Character.isLowSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1)));
  }
}
