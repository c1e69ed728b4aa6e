package io.jgpt.tokenizer;

/** Takes the pieces that a text is split into, in order. */
@FunctionalInterface
interface PieceSink {
  /** The piece {@code text[from, to)}; never empty. */
  void accept(String text, int from, int to);
}
