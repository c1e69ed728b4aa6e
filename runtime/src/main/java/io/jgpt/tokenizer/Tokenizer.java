package io.jgpt.tokenizer;

import java.util.OptionalInt;

/**
 * Maps text to token ids and token ids to bytes. Immutable and safe for use by any number of
 * threads.
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
   * spelling, for an id without a token none. A token may hold part of a character. The array is a
   * copy.
   */
  byte[] bytes(int id);

  /** The token as the vocabulary file spells it, for display. */
  String piece(int id);

  /**
   * True if {@code id} is a special token: never made from text by {@link #encode}, not part of a
   * decoded text.
   */
  boolean isSpecial(int id);

  /** Id of the token that the vocabulary file spells {@code piece}. */
  OptionalInt idOf(String piece);

  /** The text of {@code ids}, without special tokens; bytes that are no UTF-8 become U+FFFD. */
  String decode(int... ids);

  /** A fresh decoder that turns a stream of ids into text without ever splitting a character. */
  TokenStream stream();
}
