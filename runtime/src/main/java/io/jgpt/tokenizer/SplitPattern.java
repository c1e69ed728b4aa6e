package io.jgpt.tokenizer;

import io.jgpt.error.InputException;
import io.jgpt.error.ModelException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression of a {@code Split} step, run by {@link java.util.regex}. As the pattern
 * comes with the model, it is held to what such steps use and what is safe to run: escapes that
 * mean the same here and in Oniguruma, no repeated groups and no back references (so that neither
 * stack nor time can grow exponentially), and a bound on the characters looked at for a text.
 */
final class SplitPattern {

  private static final int MAX_LENGTH = 1000;

  /** Letters that may follow a backslash; signs may, too. */
  private static final String ESCAPES = "sSdDwWpPrnt";

  /** Looks per char of the text: patterns in use need fewer than 20. */
  private static final long LOOKS_PER_CHAR = 500;

  private final Pattern pattern;

  SplitPattern(Path file, String source) {
    if (source.isEmpty() || source.length() > MAX_LENGTH || !isSafe(source)) {
      throw new ModelException("tokenizer.unsupportedPattern", file, TokenizerFile.shown(source));
    }
    try {
      pattern = Pattern.compile(source, Pattern.UNICODE_CHARACTER_CLASS);
    } catch (PatternSyntaxException e) {
      throw new ModelException(
          e, "tokenizer.unsupportedPattern", file, TokenizerFile.shown(source));
    }
  }

  private static boolean isSafe(String source) {
    for (int i = 0; i < source.length(); i++) {
      char c = source.charAt(i);
      char next = i + 1 < source.length() ? source.charAt(i + 1) : 0;
      if (c == '\\') {
        if (Character.isLetterOrDigit(next) && ESCAPES.indexOf(next) < 0) {
          return false;
        }
        i++;
      } else if (c == ')' && (next == '*' || next == '+' || next == '{')) {
        return false;
      }
    }
    return true;
  }

  void find(String text, Delimiters.Found found) {
    Matcher matcher = pattern.matcher(new BoundedText(text));
    while (matcher.find()) {
      if (matcher.end() > matcher.start()) {
        found.accept(matcher.start(), matcher.end());
      }
    }
  }

  /** Counts how often it is looked at. */
  private static final class BoundedText implements CharSequence {

    private final String text;
    private long left;

    BoundedText(String text) {
      this.text = text;
      left = 10_000 + LOOKS_PER_CHAR * text.length();
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (--left < 0) {
        throw new InputException("tokenizer.slowPattern", text.length());
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
