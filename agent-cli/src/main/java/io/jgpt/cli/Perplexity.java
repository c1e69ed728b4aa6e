package io.jgpt.cli;

import io.jgpt.LanguageModel;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/**
 * The perplexity of a text: exp of the mean negative log-likelihood of its tokens, in a window of
 * the context's length that slides by a stride. Each token but the first, before which nothing
 * stands, counts once: in the first window that reaches it, where it has the most context.
 */
final class Perplexity {

  /** Told after each window. */
  interface Progress {
    void scored(int reached, double perplexity);
  }

  private final LanguageModel model;
  private final int stride;

  /**
   * @param stride 1 to the model's context
   */
  Perplexity(LanguageModel model, int stride) {
    this.model = model;
    this.stride = stride;
  }

  /**
   * The mean negative log-likelihood, in nats.
   *
   * @param tokens it is the mean of
   */
  record Score(double meanNll, int tokens) {

    double perplexity() {
      return Math.exp(meanNll);
    }
  }

  /**
   * Scores {@code ids}. Where the stride is the whole context, the first token of every window has
   * nothing before it and is left out, as in transformers.
   *
   * @param ids at least 2
   * @param stopped asked before each window; true ends the work with what is scored
   */
  Score score(int[] ids, Progress progress, BooleanSupplier stopped) {
    int context = model.info().contextLength();
    double sum = 0;
    int tokens = 0;
    int reached = 1; // tokens before this one are accounted for
    for (int begin = 0; reached < ids.length && !stopped.getAsBoolean(); begin += stride) {
      int end = Math.min(begin + context, ids.length);
      int from = Math.max(1, reached - begin);
      if (end - begin > from) {
        for (double logprob : model.score(Arrays.copyOfRange(ids, begin, end), from)) {
          sum -= logprob;
          tokens++;
        }
        progress.scored(end, Math.exp(sum / tokens));
      }
      reached = end;
    }
    return new Score(sum / tokens, tokens);
  }
}
