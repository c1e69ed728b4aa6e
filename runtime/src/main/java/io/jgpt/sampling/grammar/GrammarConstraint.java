package io.jgpt.sampling.grammar;

import io.jgpt.error.InputException;
import io.jgpt.sampling.TokenConstraint;

/**
 * Keeps one sequence to a grammar. What it lets through can always be completed within the tokens
 * that are left, so that a text cut by its length is valid too. Without {@link #begin} the length
 * is not limited. Holds the state of one sequence; for one thread at a time.
 */
public final class GrammarConstraint implements TokenConstraint {

  private final Automaton automaton;
  private final Vocabulary vocabulary;
  private final long[] scratch;
  private State state;
  private int context;
  private int remaining = Integer.MAX_VALUE;
  private boolean ended;

  GrammarConstraint(Automaton automaton) {
    this.automaton = automaton;
    vocabulary = automaton.tries().vocabulary();
    scratch = new long[(vocabulary.size() + 63) >> 6];
    state = automaton.start();
  }

  /**
   * As in the contract.
   *
   * @throws InputException with both numbers if the shortest text has more tokens
   */
  @Override
  public void begin(int maxTokens) {
    int least = state.least(context);
    if (least > maxTokens) {
      throw new InputException("grammar.length", maxTokens, least);
    }
    remaining = maxTokens;
  }

  @Override
  public long[] mask() {
    return row().mask(remaining, scratch);
  }

  @Override
  public int forced() {
    return row().forced(remaining);
  }

  private MaskRow row() {
    return automaton.row(state, context);
  }

  /**
   * As in the contract.
   *
   * @throws IllegalArgumentException if the token does not fit; then nothing has changed
   */
  @Override
  public void accept(int id) {
    byte[] bytes = vocabulary.bytes(id, context);
    State after =
        bytes.length == 0 ? automaton.afterSpecial(state, id) : automaton.after(state, bytes);
    if (after.isDead()) {
      if (!state.isAccepting() || !endsText(id)) {
        throw new IllegalArgumentException("token " + id + " does not fit the grammar");
      }
      ended = true; // an end-of-text token that the options have made one like any other
      return;
    }
    state = after;
    if (bytes.length > 0) {
      context = automaton.tries().contextAfter(id, context);
    }
    remaining -= remaining == Integer.MAX_VALUE ? 0 : 1;
  }

  private boolean endsText(int id) {
    for (int end : vocabulary.endOfText()) {
      if (end == id) {
        return true;
      }
    }
    return false;
  }

  /** Tokens that complete the text at least, from here. */
  public int leastTokens() {
    return state.least(context);
  }

  /** True if the text may end here. */
  public boolean mayEnd() {
    return state.isAccepting();
  }

  @Override
  public boolean isComplete() {
    return ended || (state.isAccepting() && !row().hasNext(remaining));
  }
}
