package io.jgpt.tokenizer;

/** A step that rewrites a text before it is split. */
@FunctionalInterface
interface Normalizer {

  /** Leaves the text as it is. */
  Normalizer NONE = text -> text;

  /** Takes and returns well-formed text. */
  String normalize(String text);

  default Normalizer then(Normalizer next) {
    return text -> next.normalize(normalize(text));
  }
}
