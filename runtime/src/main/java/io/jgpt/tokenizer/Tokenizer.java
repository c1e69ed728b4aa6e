package io.jgpt.tokenizer;

import java.util.OptionalInt;

/**
 * Maps text to token ids and token ids to bytes. Immutable and safe for use by any number of
 * threads.
 *
 * <p>Encoding adds nothing to a text: no token for its beginning or end. A lone surrogate in a text
 * is taken for U+FFFD.
 *
 * <p>Ids are in {@code [0, vocabSize())}. The model's vocabulary may be larger (padded); such ids
 * have no bytes.
 */
public interface Tokenizer {

  /** One more than the largest id this tokenizer knows. */
  int vocabSize();

  /** Ids of {@code text}, in which the spelling of a special token is ordinary text. */
  int[] encode(String text);

  /**
   * Ids of {@code text}, in which the spelling of a special token (as {@code <|endoftext|>}) is
   * that token.
   */
  int[] encodeWithSpecials(String text);

  /**
   * The UTF-8 bytes that the token stands for in running text; for a special token the bytes of its
   * spelling, for an id without a token none. A token may hold part of a character. A WordPiece
   * token has neither the sign of a continuation nor the space that may come before it. The array
   * is a copy.
   */
  byte[] bytes(int id);

  /**
   * In how many ways the text before a token can change what it adds to a decoded text: 1 for
   * byte-level BPE, which adds {@link #bytes} always. Context 0 is that of a text's beginning.
   */
  default int contexts() {
    return 1;
  }

  /** The UTF-8 bytes that the token adds to a decoded text in a context; none if it is special. */
  default byte[] addedBytes(int id, int context) {
    return isSpecial(id) ? new byte[0] : bytes(id);
  }

  /** The context after a token that adds bytes. */
  default int contextAfter(int id, int context) {
    return 0;
  }

  /** The token as the vocabulary file spells it, for display. */
  String piece(int id);

  /**
   * True if {@code id} is a special token: found in a text by {@link #encodeWithSpecials} only, and
   * no part of a decoded text. WordPiece's unknown token is one, too; any encoding makes it of what
   * the vocabulary cannot spell.
   */
  boolean isSpecial(int id);

  /** Id of the token that the vocabulary file spells {@code piece}. */
  OptionalInt idOf(String piece);

  /** The text of {@code ids}, without special tokens; bytes that are no UTF-8 become U+FFFD. */
  String decode(int... ids);

  /** A fresh decoder that turns a stream of ids into text without ever splitting a character. */
  TokenStream stream();
}
