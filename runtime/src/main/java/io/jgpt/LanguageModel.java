package io.jgpt;

import io.jgpt.engine.Engine;
import io.jgpt.error.DeviceException;
import io.jgpt.error.InputException;
import io.jgpt.error.ModelException;
import io.jgpt.model.ModelDirectory;
import io.jgpt.sampling.Sampling;
import io.jgpt.sampling.grammar.Grammar;
import io.jgpt.sampling.grammar.GrammarCompiler;
import io.jgpt.sampling.grammar.JsonSchema;
import io.jgpt.sampling.grammar.TokenGrammar;
import io.jgpt.scheduler.Scheduler;
import io.jgpt.tokenizer.Tokenizer;
import io.jgpt.tokenizer.Tokenizers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * A model, loaded and running. All generations of all its sessions share its engine: what is asked
 * for at the same time is computed together.
 *
 * <p>Safe for use by any number of threads.
 */
public final class LanguageModel implements AutoCloseable {

  private final ModelInfo info;
  private final Optional<Tokenizer> tokenizer;
  private final Prompts prompts;
  private final Scheduler scheduler;
  private final Runnable closeWeights;
  private Optional<GrammarCompiler> grammars = Optional.empty(); // under this object's monitor

  /**
   * Takes over an engine.
   *
   * @param closeWeights called after the engine is closed
   */
  LanguageModel(
      ModelInfo info, Optional<Tokenizer> tokenizer, Engine engine, Runnable closeWeights) {
    this.info = info;
    this.tokenizer = tokenizer;
    this.closeWeights = closeWeights;
    prompts = new Prompts(info, tokenizer);
    scheduler = new Scheduler(engine, info.name(), engine.maxKvTokens());
  }

  /**
   * Opens a model directory.
   *
   * @throws ModelException if the model cannot be loaded
   * @throws DeviceException if the device is not there or has too little memory
   */
  public static LanguageModel open(Path directory, Options options) {
    long start = System.nanoTime();
    ModelDirectory model = ModelDirectory.open(directory);
    try {
      Optional<Tokenizer> tokenizer = Tokenizers.find(model.path());
      Engine engine = EngineFactory.open(model, options);
      try {
        var info =
            new ModelInfo(
                model.name(),
                model.config(),
                model.generationConfig(),
                engine.info(),
                engine.contextLength(),
                Duration.ofNanos(System.nanoTime() - start));
        return new LanguageModel(info, tokenizer, engine, model::close);
      } catch (RuntimeException | Error e) {
        engine.close();
        throw e;
      }
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  /** What this model is and runs on. */
  public ModelInfo info() {
    return info;
  }

  /** The model's tokenizer; empty if it has none and is used by token ids alone. */
  public Optional<Tokenizer> tokenizer() {
    return tokenizer;
  }

  /**
   * Makes a grammar ready for this model's tokens, for {@link Sampling#constraint}: what is then
   * generated fits the grammar, also where its length cuts it. To be kept and used again, since it
   * remembers what it has found out.
   *
   * @throws InputException if the grammar is too large or the model's tokens cannot spell it, or
   *     the model has no tokenizer
   */
  public TokenGrammar constrain(Grammar grammar) {
    return grammars().compile(grammar);
  }

  /**
   * As above, with the values that fit a JSON Schema.
   *
   * @throws InputException if the schema is too large or the model's tokens cannot spell it, or the
   *     model has no tokenizer
   */
  public TokenGrammar constrain(JsonSchema schema) {
    return grammars().compile(schema);
  }

  private synchronized GrammarCompiler grammars() {
    if (grammars.isEmpty()) {
      Tokenizer known =
          tokenizer.orElseThrow(() -> new InputException("facade.noGrammar", info.name()));
      grammars = Optional.of(new GrammarCompiler(new TokenizerVocabulary(known, info)));
    }
    return grammars.get();
  }

  /** A session with an empty context. It takes memory once it generates. */
  public GenerationSession newSession() {
    return new GenerationSession(prompts, scheduler, info.contextLength());
  }

  /**
   * Completes several prompts together, each by itself, {@code samples} times each. Generations
   * come prompt by prompt; they advance together whether or not they are read. A prompt's samples
   * are drawn under one seed and differ from each other.
   *
   * @throws InputException if a prompt cannot be used; then nothing is generated
   * @throws IllegalStateException if the model is closed
   */
  public List<Generation> generate(List<String> prompts, Sampling sampling, int samples) {
    return generateIds(prompts.stream().map(this.prompts::encode).toList(), sampling, samples);
  }

  /** As {@link #generate}, of token ids. */
  public List<Generation> generateIds(List<int[]> prompts, Sampling sampling, int samples) {
    if (samples < 1) {
      throw new IllegalArgumentException("samples is " + samples + "; it must be at least 1");
    }
    long seed = Prompts.seed(sampling);
    List<PreparedPrompt> prepared = new ArrayList<>();
    for (int[] prompt : prompts) {
      for (int sample = 0; sample < samples; sample++) {
        prepared.add(this.prompts.prepare(prompt, sampling, seed, sample));
      }
    }
    return prepared.stream()
        .map(prompt -> new Generation(prompt, scheduler.complete(prompt.request(), prompt.feed())))
        .toList();
  }

  /**
   * How probable a text is to the model: element {@code i} of the result is the natural logarithm
   * of the probability of {@code ids[from + i]} after all ids before it. Memory does not grow with
   * the length. An interrupt cancels.
   *
   * @param ids at most {@link ModelInfo#contextLength}
   * @param from the first id to score, at least 1: nothing stands before id 0
   * @return {@code ids.length - from} elements
   * @throws InputException if there are too many ids, or one lies outside the vocabulary
   * @throws CancellationException if interrupted, or the model was closed meanwhile
   * @throws IllegalStateException if the model is closed
   */
  public double[] score(int[] ids, int from) {
    if (from < 1) {
      throw new IllegalArgumentException("from is " + from + "; it must be at least 1");
    }
    if (ids.length > info.contextLength()) {
      throw new InputException("facade.scoreLength", ids.length, info.contextLength());
    }
    prompts.checkIds(ids);
    if (from >= ids.length) {
      return new double[0];
    }
    try {
      return scheduler.score(ids.clone(), from);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      var cancelled = new CancellationException("scoring was interrupted");
      cancelled.initCause(e);
      throw cancelled;
    }
  }

  /** As {@link #score(int[], int)} for all ids but the first. */
  public double[] score(int[] ids) {
    return score(ids, 1);
  }

  /**
   * Bytes per second that the engine reads from its memory, measured now: the roof of decoding one
   * sequence. Waits for the step that runs.
   *
   * @throws IllegalStateException if the model is closed
   */
  public double readBandwidth() {
    return scheduler.readBandwidth();
  }

  /**
   * Cancels what is generated, closes the sessions and returns all memory; then the threads are
   * gone. Idempotent.
   */
  @Override
  public void close() {
    scheduler.requireOtherThread(); // that one still reads the weights
    try {
      scheduler.close();
    } finally {
      closeWeights.run();
    }
  }
}
