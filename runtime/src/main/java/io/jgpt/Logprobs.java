package io.jgpt;

import java.util.List;

/**
 * How probable a token was to the model itself: natural logarithms, of the raw logits before any
 * sampling option.
 *
 * @param logprob of the token that was drawn
 * @param top the most probable tokens, falling, as many as were asked for; of equal ones the lower
 *     id first
 */
public record Logprobs(double logprob, List<Candidate> top) {

  /**
   * A token that might have been drawn.
   *
   * @param id in the model's vocabulary
   * @param logprob natural logarithm of its probability
   */
  public record Candidate(int id, double logprob) {}

  public Logprobs {
    top = List.copyOf(top);
  }
}
