package io.jgpt.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Names that somebody may have meant. */
final class Suggestions {

  private static final int SHOWN = 3;

  private Suggestions() {}

  /** The candidates nearest to {@code typed}, at most a third of its letters away. */
  static List<String> of(String name, Collection<String> candidates) {
    int tolerance = Math.max(1, name.length() / 3);
    return candidates.stream()
        .filter(candidate -> candidate.length() > 2)
        .filter(candidate -> near(name, candidate) <= tolerance)
        .sorted(
            Comparator.<String>comparingInt(candidate -> near(name, candidate))
                .thenComparing(Comparator.naturalOrder()))
        .limit(SHOWN)
        .toList();
  }

  /** Zero for a beginning of the candidate that is long enough to mean something. */
  private static int near(String name, String candidate) {
    boolean begins = name.length() > 3 && candidate.startsWith(name);
    return begins ? 0 : distance(name, candidate);
  }

  /** Letters to insert, delete or replace, or neighbours to swap. */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(replaced, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
