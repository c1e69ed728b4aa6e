package io.jgpt.tokenizer;

/** A step of pre-tokenisation: splits a text into pieces that the model then encodes one by one. */
@FunctionalInterface
interface Splitter {
  /** Hands the pieces of {@code text[from, to)}, as if it stood alone, to {@code sink}. */
  void split(String text, int from, int to, PieceSink sink);
}
