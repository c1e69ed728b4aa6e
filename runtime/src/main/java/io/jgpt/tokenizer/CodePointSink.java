package io.jgpt.tokenizer;

/** Takes the code points of a text, in order. */
@FunctionalInterface
interface CodePointSink {
  void accept(int codePoint);
}
