package io.jgpt.sampling.grammar;

/**
 * What constrained decoding knows of a tokenizer and its model: the bytes that each token adds to a
 * text. Immutable and safe for use by any number of threads.
 *
 * <p>With some tokenizers what a token adds depends on what stands before it (WordPiece puts a
 * space between words). Then there are several <em>contexts</em>, and each token leads from one to
 * another; 0 is that of a text's beginning. Byte-level BPE has one. A token may hold part of a
 * character.
 */
public interface Vocabulary {

  /** V of the model: ids are below it. */
  int size();

  /** Number of contexts, at least 1. */
  int contexts();

  /**
   * UTF-8 bytes that a token adds to a text in this context; empty for a token that no text can
   * hold, as every special token.
   */
  byte[] bytes(int id, int context);

  /** The context after a token that adds bytes. */
  int contextAfter(int id, int context);

  /** Ids of which each ends the text, none if a text cannot end itself. Not to be changed. */
  int[] endOfText();
}
