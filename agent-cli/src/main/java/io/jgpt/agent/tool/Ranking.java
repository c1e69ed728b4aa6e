package io.jgpt.agent.tool;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Okapi BM25 (Robertson and Zaragoza, 2009) over a few texts: k1 = 1.2, b = 0.75, and the form of
 * the inverse document frequency that is never negative, ln(1 + (N - n + 0.5) / (n + 0.5)).
 */
final class Ranking {

  private static final double K1 = 1.2;
  private static final double B = 0.75;

  private final int size;
  private final List<Map<String, Integer>> counts = new ArrayList<>();
  private final List<Integer> lengths = new ArrayList<>();
  private final Map<String, Integer> textsWith = new HashMap<>();
  private final double averageLength;

  private Ranking(List<String> texts) {
    size = texts.size();
    long total = 0;
    for (String text : texts) {
      List<String> terms = Terms.of(text);
      Map<String, Integer> count = new HashMap<>();
      terms.forEach(term -> count.merge(term, 1, Integer::sum));
      count.keySet().forEach(term -> textsWith.merge(term, 1, Integer::sum));
      counts.add(count);
      lengths.add(terms.size());
      total += terms.size();
    }
    averageLength = Math.max(1.0, (double) total / Math.max(1, size));
  }

  static Ranking of(List<String> texts) {
    return new Ranking(texts);
  }

  /** Where the texts are that have a term of the query, best first, earlier first among equals. */
  List<Integer> best(String query) {
    double[] scores = scores(query);
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      if (scores[i] > 0) {
        found.add(i);
      }
    }
    found.sort(Comparator.comparingDouble((Integer i) -> -scores[i]));
    return found;
  }

  /** The score of every text; 0 where it has no term of the query. */
  double[] scores(String query) {
    double[] scores = new double[size];
    for (String term : new HashSet<>(Terms.of(query))) {
      int n = textsWith.getOrDefault(term, 0);
      double idf = Math.log1p((size - n + 0.5) / (n + 0.5));
      for (int i = 0; i < scores.length; i++) {
        int tf = counts.get(i).getOrDefault(term, 0);
        double norm = K1 * (1 - B + B * lengths.get(i) / averageLength);
        scores[i] += idf * tf * (K1 + 1) / (tf + norm);
      }
    }
    return scores;
  }
}
