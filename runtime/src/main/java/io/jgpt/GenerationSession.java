package io.jgpt;

import io.jgpt.error.InputException;
import io.jgpt.sampling.Sampling;

/**
 * One context of a model, kept from one generation to the next: of a prompt that begins as the last
 * one and its completion did, only the rest is computed.
 *
 * <p>A session runs one generation at a time: starting the next cancels one that has not ended.
 * Safe for use by any number of threads.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class GenerationSession implements AutoCloseable {

  GenerationSession() {}

  /**
   * Completes a text. The prompt is the whole text, not what is new since the last call; spellings
   * of special tokens in it are ordinary text. An empty prompt starts from the end-of-text token.
   *
   * @throws InputException if the prompt is longer than the context, or empty where the model has
   *     no end-of-text token, or the model has no tokenizer
   */
  public Generation generate(String prompt, Sampling sampling) {
    throw new UnsupportedOperationException(prompt + " " + sampling);
  }

  /**
   * As above, of token ids.
   *
   * @throws InputException also if an id lies outside the vocabulary
   */
  public Generation generate(int[] promptIds, Sampling sampling) {
    throw new UnsupportedOperationException(promptIds.length + " " + sampling);
  }

  /** Cancels what is generated and returns the session's memory; idempotent. */
  @Override
  public void close() {}
}
