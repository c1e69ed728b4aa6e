package io.jgpt.sampling;

import io.jgpt.error.InputException;

/**
 * Decides token by token what may come next, as a grammar does. Holds the state of one sequence and
 * is used by one thread at a time, the one that draws: it must be quick, and an exception ends the
 * generation with that exception.
 *
 * <p>Once {@link #begin}, then per token: {@link #isComplete}, then {@link #forced}; where nothing
 * is forced {@link #mask}; then {@link #accept} of the token.
 */
public interface TokenConstraint {

  /** Of {@link #forced}: the model chooses. */
  int NOT_FORCED = -1;

  /**
   * Says how long the completion can become, before anything else is asked; by the thread that asks
   * for the generation.
   *
   * @param maxTokens most tokens that will come, an end-of-text token included
   * @throws InputException if that is too few
   */
  default void begin(int maxTokens) {}

  /**
   * The tokens that may come next, one bit per id: id {@code i} may if bit {@code i % 64} of
   * element {@code i / 64} is set. Ids beyond the end may not. An end-of-text token is treated as
   * any other: allow it where the text may end. Nothing else, a logit bias included, makes a token
   * possible that is not allowed here.
   *
   * @return a view, read before the next call of {@link #accept} and never written
   */
  long[] mask();

  /**
   * The token that comes next whatever the model says, or {@link #NOT_FORCED}. It is appended
   * without a draw and counts as a drawn one; several in a row run through the model together. What
   * is forced depends on the tokens before and on nothing else, so that it is the same on every
   * device.
   */
  default int forced() {
    return NOT_FORCED;
  }

  /**
   * Moves on by the token {@code id}, which {@link #mask} allowed or which was {@link #forced}; not
   * called for end-of-text.
   */
  void accept(int id);

  /** True if nothing can follow: generation stops without drawing another token. */
  boolean isComplete();
}
