package io.jgpt.tokenizer;

/** A step of pre-tokenisation: splits a text into pieces that the model then encodes one by one. */
@FunctionalInterface
interface Splitter {

  /** Leaves the text in one piece. */
  Splitter NONE = (text, from, to, sink) -> sink.accept(text, from, to);

  /**
   * Hands the pieces of {@code text[from, to)}, which is not empty and is seen as if it stood
   * alone, to {@code sink}.
   */
  void split(String text, int from, int to, PieceSink sink);

  /** This step, and {@code next} on each of its pieces. */
  default Splitter then(Splitter next) {
    return (text, from, to, sink) ->
        split(text, from, to, (part, start, end) -> next.split(part, start, end, sink));
  }
}
