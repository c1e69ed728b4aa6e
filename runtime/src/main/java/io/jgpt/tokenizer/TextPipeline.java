package io.jgpt.tokenizer;

import java.util.function.IntConsumer;

/**
 * What happens to a text before the model sees it.
 *
 * <pre>text -> added tokens -> normalizer -> added tokens "normalized" -> splitter -> pieces</pre>
 */
record TextPipeline(AddedTokens added, Normalizer normalizer, Splitter splitter) {

  /**
   * Hands the added tokens in {@code text} to {@code tokens} and the pieces between them to {@code
   * pieces}, in order.
   *
   * @param specials whether special tokens are found; they are ordinary text if not
   */
  void run(String text, boolean specials, IntConsumer tokens, PieceSink pieces) {
    PieceSink normalized = (part, from, to) -> splitter.split(part, from, to, pieces);
    added.split(
        WellFormed.of(text),
        specials,
        tokens,
        (part, from, to) -> {
          String result = normalizer.normalize(part.substring(from, to));
          added.splitNormalized(result, specials, tokens, normalized);
        });
  }
}
