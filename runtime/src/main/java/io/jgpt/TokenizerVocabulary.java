package io.jgpt;

import io.jgpt.sampling.grammar.Vocabulary;
import io.jgpt.tokenizer.Tokenizer;

/** A tokenizer as constrained decoding sees it. */
final class TokenizerVocabulary implements Vocabulary {

  private static final byte[] NOTHING = {};

  private final Tokenizer tokenizer;
  private final int size;
  private final int[] endOfText;

  TokenizerVocabulary(Tokenizer tokenizer, ModelInfo info) {
    this.tokenizer = tokenizer;
    size = info.config().vocabSize();
    endOfText =
        info.generationConfig().eosTokenIds().stream()
            .mapToInt(Integer::intValue)
            .filter(id -> id >= 0 && id < size)
            .toArray();
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int contexts() {
    return tokenizer.contexts();
  }

  @Override
  public byte[] bytes(int id, int context) {
    return isEnd(id) ? NOTHING : tokenizer.addedBytes(id, context);
  }

  /** Drawing it ends the text, so it is no part of one, special or not. */
  private boolean isEnd(int id) {
    for (int end : endOfText) {
      if (id == end) {
        return true;
      }
    }
    return false;
  }

  @Override
  public int contextAfter(int id, int context) {
    return tokenizer.contextAfter(id, context);
  }

  @Override
  public int[] endOfText() {
    return endOfText;
  }
}
