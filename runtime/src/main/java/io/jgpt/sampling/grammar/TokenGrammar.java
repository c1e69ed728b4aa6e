package io.jgpt.sampling.grammar;

import io.jgpt.error.InputException;
import java.util.function.Supplier;

/**
 * A grammar made ready for a vocabulary; gives each sequence a constraint of its own. What one of
 * them has found out serves all others. Safe for use by any number of threads.
 */
public final class TokenGrammar implements Supplier<GrammarConstraint> {

  private final Automaton automaton;

  TokenGrammar(Automaton automaton) {
    this.automaton = automaton;
  }

  /** A constraint at the beginning of a text. */
  @Override
  public GrammarConstraint get() {
    return new GrammarConstraint(automaton);
  }

  /** Tokens of the shortest text, without an end-of-text token. */
  public int leastTokens() {
    return automaton.start().least(0);
  }

  Automaton automaton() {
    return automaton;
  }

  /** True if some text can be said. */
  boolean canSpell() {
    return leastTokens() != LeastTokens.NEVER;
  }

  /**
   * Checks that some text can be said.
   *
   * @throws InputException if the vocabulary has no tokens for any
   */
  TokenGrammar requireSpelling() {
    if (!canSpell()) {
      throw new InputException("grammar.spelling");
    }
    return this;
  }
}
