/**
 * Text to token ids and back: byte-level BPE and WordPiece. Knows no model and no engine.
 *
 * <pre>
 * tokenizer.json | vocab.json + merges.txt | vocab.txt        {@link io.jgpt.tokenizer.Tokenizers}
 *        |
 * text -> added tokens -> normalizer -> splitter -> BPE or WordPiece -> ids
 * ids  -> bytes -> characters -> whole emoji -> text           {@link io.jgpt.tokenizer.TokenStream}
 * </pre>
 *
 * Why it is jgpt's own, its figures, and where it differs from the reference, is in
 * docs/decisions/tokenizer.md.
 */
package io.jgpt.tokenizer;
