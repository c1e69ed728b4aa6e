package io.jgpt.tokenizer;

/**
 * Turns token ids into text as they come, holding back what may still change: the bytes of an
 * unfinished character and an emoji that the next token may extend (ZWJ sequences, modifiers,
 * flags). The concatenation of everything returned equals {@link Tokenizer#decode} of the ids. Not
 * safe for use by several threads.
 */
public interface TokenStream {

  /** Adds a token; returns the text that is now certain, often that token's own, possibly empty. */
  String push(int id);

  /**
   * Ends the stream; returns what was held back, with U+FFFD for bytes that never became a
   * character.
   */
  String finish();
}
