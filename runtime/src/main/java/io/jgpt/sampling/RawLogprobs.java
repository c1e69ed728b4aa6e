package io.jgpt.sampling;

/**
 * Logarithms of the probabilities that raw logits stand for: log-softmax, in float64. Scratch
 * memory for the most probable ones, 12 bytes per token of the vocabulary; not safe for use by
 * several threads.
 */
public final class RawLogprobs {

  private final double[] keys;
  private final IndexHeap heap;

  /**
   * @param vocabSize V
   */
  public RawLogprobs(int vocabSize) {
    keys = new double[vocabSize];
    heap = new IndexHeap(vocabSize);
  }

  /**
   * Logarithm of the sum of the exponentials: what to subtract from a logit to get its logprob.
   *
   * @param logits a row of them stands at {@code [offset .. offset + vocabSize)}
   */
  public static double logSumExp(float[] logits, int offset, int vocabSize) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = offset; i < offset + vocabSize; i++) {
      largest = Math.max(largest, logits[i]);
    }
    double sum = 0;
    for (int i = offset; i < offset + vocabSize; i++) {
      sum += Math.exp((double) logits[i] - largest);
    }
    return largest + Math.log(sum);
  }

  /**
   * The most probable ids, falling; of equal ones the lower first.
   *
   * @param logits [V]
   * @param top receives as many ids as it is long, at most V
   */
  public void mostProbable(float[] logits, int[] top) {
    for (int id = 0; id < keys.length; id++) {
      keys[id] = -(double) logits[id];
    }
    heap.fill(keys, keys.length);
    for (int i = 0; i < top.length; i++) {
      top[i] = heap.poll();
    }
  }
}
