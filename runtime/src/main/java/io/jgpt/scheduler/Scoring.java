package io.jgpt.scheduler;

import io.jgpt.engine.Batch;
import io.jgpt.error.DeviceException;
import io.jgpt.sampling.RawLogprobs;
import java.util.concurrent.CompletableFuture;

/**
 * Computes how probable each token of a text is after those before it. Logits are held for a few
 * rows at a time, so that memory does not grow with the text.
 */
final class Scoring extends Job {

  /** 32 MiB of logits: 166 rows of GPT-2's vocabulary, enough to keep the matrices busy. */
  private static final int MAX_LOGITS = 8 << 20;

  private final int[] ids;
  private final int from;
  private final int vocabSize;
  private final int maxRows;
  private final double[] logprobs;
  private final CompletableFuture<double[]> result;
  private float[] logits = {};
  private int first;
  private int count;
  private boolean done;

  /**
   * @param ids at least two
   * @param from first id to score, at least 1
   */
  Scoring(int[] ids, int from, int vocabSize, int maxRows, CompletableFuture<double[]> result) {
    super(new CachedSequence(ids.length - 1), false);
    this.ids = ids;
    this.from = from;
    this.vocabSize = vocabSize;
    this.maxRows =
        Math.min(Math.min(maxRows, ids.length - from), Math.max(1, MAX_LOGITS / vocabSize));
    this.logprobs = new double[ids.length - from];
    this.result = result;
  }

  @Override
  int[] tokens() {
    return ids;
  }

  @Override
  int known() {
    return ids.length - 1; // nothing is asked about what follows the last
  }

  @Override
  void start() {
    logits = new float[maxRows * vocabSize];
  }

  @Override
  int join(Batch batch, int room) {
    first = sequence().kv().length();
    if (first < from - 1) {
      count = Math.min(room, from - 1 - first);
      batch.add(sequence().kv(), ids, first, count, Batch.Logits.NONE, logits);
    } else {
      count = Math.min(Math.min(room, pending()), maxRows);
      batch.add(sequence().kv(), ids, first, count, Batch.Logits.ALL, logits);
    }
    return count;
  }

  @Override
  boolean advance() {
    if (first >= from - 1) {
      for (int row = 0; row < count; row++) {
        int next = ids[first + row + 1];
        double logprob =
            logits[row * vocabSize + next]
                - RawLogprobs.logSumExp(logits, row * vocabSize, vocabSize);
        if (Double.isNaN(logprob)) {
          throw new DeviceException("sampling.logit", logprob, next);
        }
        logprobs[first + row + 1 - from] = logprob;
      }
    }
    done = pending() == 0;
    return done;
  }

  @Override
  void end() {
    if (done) {
      result.complete(logprobs);
    } else {
      result.cancel(false);
    }
  }

  @Override
  void fail(RuntimeException reason) {
    result.completeExceptionally(reason);
  }
}
