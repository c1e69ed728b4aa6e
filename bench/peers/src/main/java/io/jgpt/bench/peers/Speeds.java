package io.jgpt.bench.peers;

import java.util.List;
import java.util.Map;

/**
 * Tokens per second of the runs of one round.
 *
 * @param raw what the program said
 */
record Speeds(double median, double min, double max, Map<String, Object> raw) {

  /** Of runs that took so many seconds for so many tokens each. */
  static Speeds of(List<Double> seconds, int tokens, Map<String, Object> raw) {
    List<Double> sorted = seconds.stream().map(took -> tokens / took).sorted().toList();
    return new Speeds(median(sorted), sorted.getFirst(), sorted.getLast(), raw);
  }

  /** Over rounds: the median of their medians, the least and the most of all. */
  static Speeds over(List<Speeds> rounds) {
    List<Double> medians = rounds.stream().map(Speeds::median).sorted().toList();
    return new Speeds(
        median(medians),
        rounds.stream().mapToDouble(Speeds::min).min().orElseThrow(),
        rounds.stream().mapToDouble(Speeds::max).max().orElseThrow(),
        Map.of());
  }

  /** The middle of a sorted list, or the mean of the two in its middle. */
  static double median(List<Double> sorted) {
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
