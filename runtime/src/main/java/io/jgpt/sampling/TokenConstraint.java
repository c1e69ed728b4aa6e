package io.jgpt.sampling;

/**
 * Decides token by token what may come next, as a grammar does. Holds the state of one sequence and
 * is used by one thread at a time, the one that draws: it must be quick, and an exception ends the
 * generation with that exception.
 *
 * <p>Per token: {@link #isComplete}, then {@link #mask}, then {@link #accept} of what was drawn.
 */
public interface TokenConstraint {

  /**
   * The tokens that may come next, one bit per id: id {@code i} may if bit {@code i % 64} of
   * element {@code i / 64} is set. Ids beyond the end may not. An end-of-text token is treated as
   * any other: allow it where the text may end. Nothing else, a logit bias included, makes a token
   * possible that is not allowed here.
   *
   * @return a view, read before the next call of {@link #accept} and never written
   */
  long[] mask();

  /** Moves on by the token {@code id}, which {@link #mask} allowed; not called for end-of-text. */
  void accept(int id);

  /** True if nothing can follow: generation stops without drawing another token. */
  boolean isComplete();
}
