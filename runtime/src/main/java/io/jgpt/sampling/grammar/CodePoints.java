package io.jgpt.sampling.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A set of characters, as ranges of code points. Surrogates are no characters and never in it.
 * Immutable.
 */
public final class CodePoints {

  private static final int LAST = Character.MAX_CODE_POINT;
  private static final int FIRST_SURROGATE = 0xD800;
  private static final int LAST_SURROGATE = 0xDFFF;

  /** Every character. */
  public static final CodePoints ALL = range(0, LAST);

  /** Every character but control characters and the ends of lines. */
  public static final CodePoints PRINTABLE =
      ALL.minus(range(0, 0x1F)).minus(range(0x7F, 0x9F)).minus(range(0x2028, 0x2029));

  /** Disjoint, ascending, not adjacent: first and last of each, alternating. */
  private final int[] bounds;

  private CodePoints(int[] bounds) {
    this.bounds = bounds;
  }

  /** The characters from {@code first} to {@code last}, both included. */
  public static CodePoints range(int first, int last) {
    if (first < 0 || last > LAST || first > last) {
      throw new IllegalArgumentException("code points from " + first + " to " + last);
    }
    return normalized(List.of(new int[] {first, last}));
  }

  /** The characters of a text. */
  public static CodePoints of(String characters) {
    return normalized(characters.codePoints().mapToObj(c -> new int[] {c, c}).toList());
  }

  public CodePoints plus(CodePoints other) {
    List<int[]> ranges = new ArrayList<>(ranges());
    ranges.addAll(other.ranges());
    return normalized(ranges);
  }

  public CodePoints minus(CodePoints other) {
    List<int[]> left = new ArrayList<>();
    for (int[] range : ranges()) {
      int from = range[0];
      for (int[] hole : other.ranges()) {
        if (hole[1] >= from && hole[0] <= range[1]) {
          if (hole[0] > from) {
            left.add(new int[] {from, hole[0] - 1});
          }
          from = hole[1] + 1;
        }
      }
      if (from <= range[1]) {
        left.add(new int[] {from, range[1]});
      }
    }
    return normalized(left);
  }

  public boolean contains(int codePoint) {
    return ranges().stream().anyMatch(range -> range[0] <= codePoint && codePoint <= range[1]);
  }

  public boolean isEmpty() {
    return bounds.length == 0;
  }

  /** First and last of each range, ascending. */
  List<int[]> ranges() {
    List<int[]> ranges = new ArrayList<>();
    for (int i = 0; i < bounds.length; i += 2) {
      ranges.add(new int[] {bounds[i], bounds[i + 1]});
    }
    return ranges;
  }

  private static CodePoints normalized(List<int[]> ranges) {
    List<int[]> sorted = new ArrayList<>();
    for (int[] range : ranges) {
      add(sorted, range[0], Math.min(range[1], FIRST_SURROGATE - 1));
      add(sorted, Math.max(range[0], LAST_SURROGATE + 1), range[1]);
    }
    sorted.sort((a, b) -> Integer.compare(a[0], b[0]));
    int[] bounds = new int[2 * sorted.size()];
    int n = 0;
    for (int[] range : sorted) {
      if (n > 0 && range[0] <= bounds[n - 1] + 1) {
        bounds[n - 1] = Math.max(bounds[n - 1], range[1]);
      } else {
        bounds[n++] = range[0];
        bounds[n++] = range[1];
      }
    }
    return new CodePoints(Arrays.copyOf(bounds, n));
  }

  private static void add(List<int[]> ranges, int first, int last) {
    if (first <= last) {
      ranges.add(new int[] {first, last});
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CodePoints set && Arrays.equals(bounds, set.bounds);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bounds);
  }

  @Override
  public String toString() {
    return Arrays.toString(bounds);
  }
}
