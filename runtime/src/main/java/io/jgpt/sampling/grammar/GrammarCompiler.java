package io.jgpt.sampling.grammar;

import io.jgpt.error.InputException;

/**
 * Makes grammars ready for one vocabulary, whose tokens it keeps as trees. Safe for use by any
 * number of threads.
 */
public final class GrammarCompiler {

  private final TokenTries tries;

  /** Sorts the vocabulary's tokens: some milliseconds for ten thousand. */
  public GrammarCompiler(Vocabulary vocabulary) {
    tries = new TokenTries(vocabulary);
  }

  /**
   * Makes a grammar ready.
   *
   * @throws InputException if it is too large, or asks for a special token that is none, or no
   *     sequence of tokens matches it
   */
  public TokenGrammar compile(Grammar grammar) {
    return build(grammar).requireSpelling();
  }

  /**
   * Makes a schema ready: with the usual spaces, or where the vocabulary cannot spell these, with
   * those that it can.
   *
   * @throws InputException as for a grammar
   */
  public TokenGrammar compile(JsonSchema schema) {
    TokenGrammar usual = build(schema.grammar(JsonSchema.Spacing.FIXED));
    return usual.canSpell() ? usual : compile(schema.grammar(JsonSchema.Spacing.FREE));
  }

  private TokenGrammar build(Grammar grammar) {
    Nfa nfa = NfaBuilder.build(grammar);
    Vocabulary vocabulary = tries.vocabulary();
    for (int e = 0; e < nfa.specials().size(); e++) {
      int id = nfa.specials().low(e);
      if (id >= vocabulary.size() || vocabulary.bytes(id, 0).length > 0) {
        throw new InputException("grammar.special", id, vocabulary.size() - 1);
      }
    }
    return new TokenGrammar(new Automaton(nfa, tries));
  }
}
