package io.jgpt.agent.plan;

import io.jgpt.sampling.TokenConstraint;
import io.jgpt.sampling.grammar.GrammarConstraint;
import java.util.Optional;

/**
 * A text that is being written, by a grammar; where that leaves numbers open, they are copied. For
 * one thread.
 */
final class Writing {

  private final GrammarConstraint grammar;
  private final Optional<NumberCopy> numbers;
  private final NumberTokens tokens;
  private int remaining;

  /**
   * Begins a text.
   *
   * @param numbers that it may have; nothing if any
   * @param most tokens that it has
   */
  Writing(
      GrammarConstraint grammar, Optional<KnownNumbers> numbers, NumberTokens tokens, int most) {
    this.grammar = grammar;
    this.numbers = numbers.map(NumberCopy::new);
    this.tokens = tokens;
    this.remaining = most;
    grammar.begin(most);
  }

  /** Sets the tokens that may come next. */
  void mask(long[] mask) {
    long[] ofGrammar = grammar.mask();
    System.arraycopy(ofGrammar, 0, mask, 0, ofGrammar.length);
    if (numbers.isPresent()) {
      tokens.restrict(mask, numbers.get(), remaining - 1);
    }
  }

  /** The token that comes next whatever the model says, or {@link TokenConstraint#NOT_FORCED}. */
  int forced() {
    return numbers.isPresent() ? TokenConstraint.NOT_FORCED : grammar.forced();
  }

  void accept(int id) {
    grammar.accept(id);
    numbers.ifPresent(copy -> copy.accept(tokens.bytes(id)));
    remaining--;
  }

  boolean mayEnd() {
    return grammar.mayEnd() && numbers.map(NumberCopy::mayEnd).orElse(true);
  }

  /** Whether nothing can follow. */
  boolean isComplete() {
    return grammar.isComplete();
  }
}
