package io.jgpt.sampling;

import io.jgpt.error.DeviceException;
import io.jgpt.error.InputException;

/**
 * The tokens that may come next, with their scores, from raw logits to the few that are left before
 * the draw. Scratch memory of the thread that draws, reused for every token of every sequence; 36
 * bytes per token of the vocabulary. Not safe for use by several threads.
 *
 * <p>First every token is there and stands at its id ({@link #load} and the adjustments); {@link
 * #select} drops the impossible ones and scales the scores; then the truncations apply, as Hugging
 * Face's {@code LogitsProcessor}s define them, with at least one token kept. All arithmetic is in
 * float64. {@code n} candidates stand in the order of their ids.
 */
public final class Candidates {

  private final double[] scores;
  private final int[] ids;
  private final double[] weights;
  private final double[] keys;
  private final IndexHeap heap;
  private final GumbelDraw gumbel = new GumbelDraw();
  private int n;

  /**
   * @param vocabSize V
   */
  public Candidates(int vocabSize) {
    scores = new double[vocabSize];
    ids = new int[vocabSize];
    weights = new double[vocabSize];
    keys = new double[vocabSize];
    heap = new IndexHeap(vocabSize);
  }

  /**
   * Starts over with a row of raw logits.
   *
   * @throws DeviceException if one is NaN or infinite; minus infinity is a token that cannot come
   */
  void load(float[] logits) {
    n = scores.length;
    for (int id = 0; id < n; id++) {
      float logit = logits[id];
      if (!(logit < Float.POSITIVE_INFINITY)) {
        throw new DeviceException("sampling.logit", logit, id);
      }
      scores[id] = logit;
    }
  }

  void bias(int id, double bias) {
    adjust(id, scores[id] + bias);
  }

  void penalize(Sampling sampling, TokenCounts counts) {
    double repetition = sampling.repetitionPenalty();
    double presence = sampling.presencePenalty();
    double frequency = sampling.frequencyPenalty();
    if (repetition == 1 && presence == 0 && frequency == 0) {
      return;
    }
    for (int position = 0; position < counts.size(); position++) {
      int id = counts.id(position);
      adjust(id, scores[id] < 0 ? scores[id] * repetition : scores[id] / repetition);
      int generated = counts.generated(position);
      if (generated > 0) {
        adjust(id, scores[id] - presence - frequency * generated);
      }
    }
  }

  /** An impossible token stays so, and none becomes infinitely probable. */
  private void adjust(int id, double score) {
    if (scores[id] > Double.NEGATIVE_INFINITY) {
      scores[id] = Math.min(score, Double.MAX_VALUE);
    }
  }

  void mask(long[] allowed) {
    for (int id = 0; id < n; id++) {
      int word = id >> 6;
      if (word >= allowed.length || (allowed[word] & (1L << id)) == 0) {
        scores[id] = Double.NEGATIVE_INFINITY;
      }
    }
  }

  /**
   * Drops the impossible tokens and scales the scores: {@code (score - largest) / temperature}. The
   * largest is 0 from here on, so that no temperature, however low, overflows.
   *
   * @param temperature above 0
   * @throws InputException if no token is possible
   */
  void select(double temperature) {
    double largest = scores[mostProbable()];
    int kept = 0;
    for (int id = 0; id < n; id++) {
      double score = (scores[id] - largest) / temperature;
      if (score > Double.NEGATIVE_INFINITY) {
        ids[kept] = id;
        scores[kept++] = score;
      }
    }
    n = kept;
  }

  /**
   * The most probable token, of equal ones the lowest id; before {@link #select}.
   *
   * @throws InputException if no token is possible
   */
  int mostProbable() {
    int best = 0;
    for (int id = 1; id < n; id++) {
      if (scores[id] > scores[best]) {
        best = id;
      }
    }
    if (scores[best] == Double.NEGATIVE_INFINITY) {
      throw new InputException("sampling.none", n);
    }
    return best;
  }

  /** Keeps the k highest scores and all equal to the lowest of them; 0 keeps all. */
  void topK(int k) {
    if (k == 0 || k >= n) {
      return;
    }
    // weights[0 .. k) is a heap whose root is the lowest of the k highest scores so far.
    System.arraycopy(scores, 0, weights, 0, k);
    for (int i = k / 2 - 1; i >= 0; i--) {
      sink(weights, i, k);
    }
    for (int i = k; i < n; i++) {
      if (scores[i] > weights[0]) {
        weights[0] = scores[i];
        sink(weights, 0, k);
      }
    }
    double lowest = weights[0];
    int kept = 0;
    for (int i = 0; i < n; i++) {
      if (scores[i] >= lowest) {
        keep(i, kept++);
      }
    }
    n = kept;
  }

  private static void sink(double[] heap, int at, int size) {
    double moving = heap[at];
    while (2 * at + 1 < size) {
      int child = 2 * at + 1;
      if (child + 1 < size && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[child] >= moving) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = moving;
  }

  /**
   * Keeps a token if those before it, by falling probability, sum to less than p. Of equal ones at
   * the border those with the lower ids stay.
   */
  void topP(double p) {
    if (p == 1) {
      return;
    }
    double sum = weigh();
    // Together, tokens lighter than this do not make up 1 - p: all go, and few are left to order.
    dropLighterThan((1 - p) * sum / n);
    for (int i = 0; i < n; i++) {
      keys[i] = -scores[i];
    }
    heap.fill(keys, n);
    int last = heap.poll();
    double before = weights[last] / sum;
    for (int taken = 1; taken < n && before < p; taken++) {
      last = heap.poll();
      before += weights[last] / sum;
    }
    double lowest = scores[last];
    int kept = 0;
    for (int i = 0; i < n; i++) {
      if (scores[i] > lowest || (scores[i] == lowest && i <= last)) {
        keep(i, kept++);
      }
    }
    n = kept;
  }

  private void dropLighterThan(double weight) {
    int kept = 0;
    for (int i = 0; i < n; i++) {
      if (weights[i] >= weight) {
        weights[kept] = weights[i];
        keep(i, kept++);
      }
    }
    n = kept;
  }

  /** Drops tokens less probable than {@code p} times the most probable one. */
  void minP(double p) {
    if (p > 0) {
      weigh();
      dropLighterThan(p); // the most probable one weighs 1
    }
  }

  /**
   * Locally typical sampling, the last truncation: takes tokens by rising distance of their
   * information from the entropy until their probabilities sum to {@code mass}; keeps those and all
   * just as distant as the last.
   */
  void typical(double mass) {
    if (mass == 1) {
      return;
    }
    double sum = weigh();
    double logSum = Math.log(sum);
    double entropy = 0;
    for (int i = 0; i < n; i++) {
      entropy -= (scores[i] - logSum) * weights[i] / sum;
    }
    for (int i = 0; i < n; i++) {
      keys[i] = Math.abs(logSum - scores[i] - entropy);
    }
    heap.fill(keys, n);
    int last = heap.poll();
    double taken = weights[last] / sum;
    for (int count = 1; count < n && taken < mass; count++) {
      last = heap.poll();
      taken += weights[last] / sum;
    }
    double farthest = keys[last];
    int kept = 0;
    for (int i = 0; i < n; i++) {
      if (keys[i] <= farthest) {
        keep(i, kept++);
      }
    }
    n = kept;
  }

  /** Sets {@code weights} to exp(score), the most probable one 1, and returns their sum. */
  private double weigh() {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      weights[i] = Math.exp(scores[i]);
      sum += weights[i];
    }
    return sum;
  }

  private void keep(int i, int at) {
    ids[at] = ids[i];
    scores[at] = scores[i];
  }

  /** Draws one of the candidates, each with the probability that a softmax gives it. */
  int draw(long seed, int generated, int sample) {
    return ids[gumbel.draw(ids, scores, n, seed, generated, sample)];
  }

  /** Number of candidates left. */
  int size() {
    return n;
  }

  int id(int i) {
    return ids[i];
  }

  double score(int i) {
    return scores[i];
  }
}
