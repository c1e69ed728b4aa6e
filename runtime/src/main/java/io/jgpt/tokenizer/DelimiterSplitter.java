package io.jgpt.tokenizer;

import java.util.Arrays;

/**
 * Splits at delimiters.
 *
 * @param invert what is between the delimiters are the delimiters
 */
record DelimiterSplitter(Delimiters delimiters, Behavior behavior, boolean invert)
    implements Splitter {

  /** What becomes of a delimiter. */
  enum Behavior {
    REMOVED,
    /** A piece of its own. */
    ISOLATED,
    /** Adjacent ones are one piece. */
    CONTIGUOUS,
    MERGED_WITH_PREVIOUS,
    MERGED_WITH_NEXT
  }

  @Override
  public void split(String text, int from, int to, PieceSink sink) {
    String part = text.substring(from, to);
    var spans = new Spans(part.length());
    delimiters.find(part, spans::delimiter);
    spans.finish();
    int n = spans.count;
    int start = 0;
    for (int i = 0; i < n; i++) {
      boolean last = i + 1 == n;
      if (last || !joined(spans, i)) {
        int end = spans.ends[i];
        if (behavior != Behavior.REMOVED || !isDelimiter(spans, i)) {
          sink.accept(part, start, end);
        }
        start = end;
      }
    }
  }

  private boolean isDelimiter(Spans spans, int i) {
    return spans.matched[i] != invert;
  }

  /** True if the spans {@code i} and {@code i + 1} are one piece. */
  private boolean joined(Spans spans, int i) {
    boolean here = isDelimiter(spans, i);
    boolean next = isDelimiter(spans, i + 1);
    return switch (behavior) {
      case REMOVED, ISOLATED -> false;
      case CONTIGUOUS -> here == next;
      case MERGED_WITH_PREVIOUS -> !here && next;
      case MERGED_WITH_NEXT -> here && !next;
    };
  }

  /** The text cut into delimiters and what is between them. */
  private static final class Spans {

    private final int length;
    private int[] ends = new int[16];
    private boolean[] matched = new boolean[16];
    private int count;

    Spans(int length) {
      this.length = length;
    }

    void delimiter(int from, int to) {
      add(from, false);
      add(to, true);
    }

    void finish() {
      add(length, false);
    }

    private void add(int end, boolean delimiter) {
      if (end == (count == 0 ? 0 : ends[count - 1])) {
        return;
      }
      if (count == ends.length) {
        ends = Arrays.copyOf(ends, 2 * count);
        matched = Arrays.copyOf(matched, 2 * count);
      }
      ends[count] = end;
      matched[count++] = delimiter;
    }
  }
}
