package io.jgpt.tokenizer;

/**
 * GPT-2's pre-tokenisation, which its authors gave as
 *
 * <pre>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</pre>
 *
 * written out as one pass over the code points: linear in the text, whatever it holds. {@code \s}
 * is Unicode's White_Space.
 */
final class Gpt2Splitter implements Splitter {

  /** The pattern, as files that spell it out have it. */
  static final String PATTERN =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

  @Override
  public void split(String text, int from, int to, PieceSink sink) {
    int at = from;
    while (at < to) {
      int end = end(text, at, to);
      sink.accept(text, at, end);
      at = end;
    }
  }

  private static int end(String text, int at, int to) {
    int contraction = contraction(text, at, to);
    if (contraction > 0) {
      return at + contraction;
    }
    int start = text.charAt(at) == ' ' && at + 1 < to ? at + 1 : at;
    CharClass kind = classAt(text, start, to);
    if (kind != CharClass.SPACE) {
      return run(text, start, to, kind);
    }
    int end = run(text, at, to, CharClass.SPACE);
    // \s+(?!\S): a run of spaces before a word leaves its last one to the word, unless it is the
    // only one. All of White_Space is in the BMP: one char each.
    return end < to && end - at > 1 ? end - 1 : end;
  }

  /** The length of a contraction at {@code at}, 0 if there is none. */
  private static int contraction(String text, int at, int to) {
    if (text.charAt(at) != '\'' || at + 1 >= to) {
      return 0;
    }
    char first = text.charAt(at + 1);
    if (first == 's' || first == 't' || first == 'm' || first == 'd') {
      return 2;
    }
    if (at + 2 >= to) {
      return 0;
    }
    char second = text.charAt(at + 2);
    boolean two =
        (first == 'r' && second == 'e')
            || (first == 'v' && second == 'e')
            || (first == 'l' && second == 'l');
    return two ? 3 : 0;
  }

  private static int run(String text, int at, int to, CharClass kind) {
    int end = at;
    while (end < to) {
      char c = text.charAt(end);
      int width = Character.isHighSurrogate(c) && end + 1 < to ? 2 : 1;
      if (classAt(text, end, to) != kind) {
        break;
      }
      end += width;
    }
    return end;
  }

  private static CharClass classAt(String text, int at, int to) {
    char c = text.charAt(at);
    return CharClass.of(
        Character.isHighSurrogate(c) && at + 1 < to
            ? Character.toCodePoint(c, text.charAt(at + 1))
            : c);
  }
}
