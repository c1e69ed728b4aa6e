package io.jgpt;

import io.jgpt.error.InputException;
import io.jgpt.sampling.Sampling;
import io.jgpt.scheduler.CachedSequence;
import io.jgpt.scheduler.Scheduler;
import java.util.Optional;

/**
 * One context of a model, kept from one generation to the next: of a prompt that begins as the last
 * one and its completion did, only the rest is computed.
 *
 * <p>A session runs one generation at a time: starting the next cancels one that has not been read
 * to its end. Safe for use by any number of threads.
 */
public final class GenerationSession implements AutoCloseable {

  private final Prompts prompts;
  private final Scheduler scheduler;
  private final CachedSequence sequence;
  private Optional<Generation> current = Optional.empty();
  private boolean closed;

  GenerationSession(Prompts prompts, Scheduler scheduler, int contextLength) {
    this.prompts = prompts;
    this.scheduler = scheduler;
    sequence = new CachedSequence(contextLength);
  }

  /**
   * Completes a text. The prompt is the whole text, not what is new since the last call; spellings
   * of special tokens in it are ordinary text. An empty prompt starts from the end-of-text token.
   *
   * @throws InputException if the prompt is longer than the context, or empty where the model has
   *     no end-of-text token, or the model has no tokenizer
   * @throws IllegalStateException if the session or its model is closed
   */
  public Generation generate(String prompt, Sampling sampling) {
    return generate(prompts.encode(prompt), sampling);
  }

  /**
   * As above, of token ids.
   *
   * @throws InputException also if an id lies outside the vocabulary
   */
  public synchronized Generation generate(int[] promptIds, Sampling sampling) {
    if (closed) {
      throw new IllegalStateException("the session is closed");
    }
    PreparedPrompt prompt = prompts.prepare(promptIds, sampling, Prompts.seed(sampling), 0);
    current.ifPresent(Generation::cancel);
    var generation =
        new Generation(prompt, scheduler.complete(sequence, prompt.request(), prompt.feed()));
    current = Optional.of(generation);
    return generation;
  }

  /** Cancels what is generated and returns the session's memory; idempotent. */
  @Override
  public synchronized void close() {
    closed = true;
    current.ifPresent(Generation::cancel);
    scheduler.close(sequence);
  }
}
