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
 *
 * <p>A device that draws does the same and gets the same token, bit for bit. Therefore exp and log
 * are {@link PortableMath}'s, and what is summed over many tokens are integers, weights in units of
 * 2^-42 of the most probable one's: their sum is the same in whatever order it is made, where that
 * of floating-point numbers would sometimes move a token across the border of top-p.
 */
public final class Candidates {

  /** A weight of 1; 2^21 tokens of it sum to less than 2^63. */
  private static final double UNITS = 0x1p42;

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
    long sum = weigh();
    long quota = quota(p, sum);
    // Together, tokens lighter than this are less than what may be missing: all go, and few are
    // left to order.
    dropLighterThan((sum - quota) / n);
    for (int i = 0; i < n; i++) {
      keys[i] = -scores[i];
    }
    int last = takeByKey(quota);
    double lowest = scores[last];
    int kept = 0;
    for (int i = 0; i < n; i++) {
      if (scores[i] > lowest || (scores[i] == lowest && i <= last)) {
        keep(i, kept++);
      }
    }
    n = kept;
  }

  /** A share of a sum of weights. */
  private static long quota(double share, long sum) {
    return Math.min((long) Math.ceil(share * sum), sum);
  }

  /**
   * The candidate with which those taken by rising key, of equal keys by id, weigh {@code quota} or
   * more.
   */
  private int takeByKey(long quota) {
    heap.fill(keys, n);
    int last = heap.poll();
    long taken = (long) weights[last];
    for (int count = 1; count < n && taken < quota; count++) {
      last = heap.poll();
      taken += (long) weights[last];
    }
    return last;
  }

  private void dropLighterThan(long weight) {
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
    if (p == 0) {
      return;
    }
    int kept = 0;
    for (int i = 0; i < n; i++) {
      if (PortableMath.exp(scores[i]) >= p) { // 1 for the most probable one
        keep(i, kept++);
      }
    }
    n = kept;
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
    long sum = weigh();
    long weighted = 0;
    for (int i = 0; i < n; i++) {
      weighted += (long) Math.rint(-scores[i] * PortableMath.exp(scores[i]) * UNITS);
    }
    // Information is log(sum) - score and the entropy its mean: log(sum) cancels.
    double mean = (double) weighted / (double) sum;
    for (int i = 0; i < n; i++) {
      keys[i] = Math.abs(scores[i] + mean);
    }
    double farthest = keys[takeByKey(quota(mass, sum))];
    int kept = 0;
    for (int i = 0; i < n; i++) {
      if (keys[i] <= farthest) {
        keep(i, kept++);
      }
    }
    n = kept;
  }

  /** Sets {@code weights} to exp(score) in whole units and returns their sum. */
  private long weigh() {
    long sum = 0;
    for (int i = 0; i < n; i++) {
      weights[i] = Math.rint(PortableMath.exp(scores[i]) * UNITS);
      sum += (long) weights[i];
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
