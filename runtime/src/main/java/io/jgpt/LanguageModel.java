package io.jgpt;

import io.jgpt.error.DeviceException;
import io.jgpt.error.InputException;
import io.jgpt.error.ModelException;
import io.jgpt.sampling.Sampling;
import io.jgpt.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A model, loaded and running. All generations of all its sessions share its engine: what is asked
 * for at the same time is computed together.
 *
 * <p>Safe for use by any number of threads. Closing returns all memory.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class LanguageModel implements AutoCloseable {

  private LanguageModel() {}

  /**
   * Opens a model directory.
   *
   * @throws ModelException if the model cannot be loaded
   * @throws DeviceException if the device is not there or has too little memory
   */
  public static LanguageModel open(Path directory, Options options) {
    throw new UnsupportedOperationException(directory + " " + options);
  }

  /** What this model is and runs on. */
  public ModelInfo info() {
    throw new UnsupportedOperationException();
  }

  /** The model's tokenizer; empty if it has none and is used by token ids alone. */
  public Optional<Tokenizer> tokenizer() {
    throw new UnsupportedOperationException();
  }

  /** A session with an empty context. It takes memory once it generates. */
  public GenerationSession newSession() {
    throw new UnsupportedOperationException();
  }

  /**
   * Completes several prompts together, each by itself, {@code samples} times each. Generations
   * come prompt by prompt; they advance together whether or not they are read. A prompt's samples
   * are drawn under one seed and differ from each other.
   *
   * @throws InputException if a prompt cannot be used; then nothing is generated
   */
  public List<Generation> generate(List<String> prompts, Sampling sampling, int samples) {
    throw new UnsupportedOperationException(prompts + " " + sampling + " " + samples);
  }

  /** As {@link #generate}, of token ids. */
  public List<Generation> generateIds(List<int[]> prompts, Sampling sampling, int samples) {
    throw new UnsupportedOperationException(prompts + " " + sampling + " " + samples);
  }

  /**
   * How probable a text is to the model: element {@code i} of the result is the natural logarithm
   * of the probability of {@code ids[from + i]} after all ids before it.
   *
   * @param ids at most {@link ModelInfo#contextLength}
   * @param from the first id to score, at least 1: nothing stands before id 0
   * @return {@code ids.length - from} elements
   * @throws InputException if there are too many ids, or one lies outside the vocabulary
   */
  public double[] score(int[] ids, int from) {
    throw new UnsupportedOperationException(ids.length + " " + from);
  }

  /** As {@link #score(int[], int)} for all ids but the first. */
  public double[] score(int[] ids) {
    return score(ids, 1);
  }

  /**
   * Bytes per second that the engine reads from its memory, measured now: the roof of decoding one
   * sequence. Waits for the step that runs.
   */
  public double readBandwidth() {
    throw new UnsupportedOperationException();
  }

  /**
   * Cancels what is generated, closes the sessions and returns all memory, then the threads are
   * gone; idempotent.
   */
  @Override
  public void close() {}
}
