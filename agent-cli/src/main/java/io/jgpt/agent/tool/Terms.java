package io.jgpt.agent.tool;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Text as terms to search by: words and numbers in lower case; runs of Chinese, which has no
 * spaces, as every two neighbouring characters.
 */
final class Terms {

  private Terms() {}

  static List<String> of(String text) {
    List<String> terms = new ArrayList<>();
    int[] points =
        Normalizer.normalize(text, Normalizer.Form.NFKC)
            .toLowerCase(Locale.ROOT)
            .codePoints()
            .toArray();
    int at = 0;
    while (at < points.length) {
      int end = at;
      if (isHan(points[at])) {
        while (end < points.length && isHan(points[end])) {
          end++;
        }
        addPairs(terms, points, at, end);
      } else {
        while (end < points.length && isWord(points[end])) {
          end++;
        }
        if (end > at) {
          terms.add(stem(new String(points, at, end - at)));
        }
      }
      at = Math.max(end, at + 1);
    }
    return terms;
  }

  private static void addPairs(List<String> terms, int[] points, int from, int to) {
    if (to - from == 1) {
      terms.add(new String(points, from, 1));
    }
    for (int i = from; i + 1 < to; i++) {
      terms.add(new String(points, i, 2));
    }
  }

  /** Plural and singular are one term. */
  private static String stem(String word) {
    return word.length() > 3 && word.endsWith("s") && !word.endsWith("ss")
        ? word.substring(0, word.length() - 1)
        : word;
  }

  private static boolean isHan(int codePoint) {
    return Character.isIdeographic(codePoint);
  }

  private static boolean isWord(int codePoint) {
    return Character.isLetterOrDigit(codePoint) && !isHan(codePoint);
  }
}
