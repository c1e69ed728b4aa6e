package io.jgpt;

import io.jgpt.error.InputException;
import io.jgpt.sampling.Sampling;
import io.jgpt.sampling.TokenSampler;
import io.jgpt.sampling.Truncate;
import io.jgpt.scheduler.Completion;
import io.jgpt.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** Makes requests of prompts: text to ids, checked against what the model can take. */
final class Prompts {

  private static final int[] NONE = {};

  private final ModelInfo info;
  private final Optional<Tokenizer> tokenizer;
  private final int vocabSize;
  private final int[] endOfText;

  Prompts(ModelInfo info, Optional<Tokenizer> tokenizer) {
    this.info = info;
    this.tokenizer = tokenizer;
    vocabSize = info.config().vocabSize();
    endOfText = ids(info.generationConfig().eosTokenIds());
  }

  private static int[] ids(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * Ids of a text.
   *
   * @throws InputException if the model has no tokenizer
   */
  int[] encode(String text) {
    return tokenizer
        .orElseThrow(() -> new InputException("facade.noText", info.name()))
        .encode(text);
  }

  /** The options' seed, or one of 32 random bits: short enough to be typed again. */
  static long seed(Sampling sampling) {
    return sampling.seed().orElseGet(() -> ThreadLocalRandom.current().nextLong(1L << 32));
  }

  /**
   * A request for one completion.
   *
   * @param sample index among those drawn under the same seed
   * @throws InputException if prompt or options do not fit the model
   */
  PreparedPrompt prepare(int[] given, Sampling sampling, long seed, int sample) {
    checkIds(given);
    if (tokenizer.isEmpty() && !sampling.stop().isEmpty()) {
      throw new InputException("facade.noStop", info.name());
    }
    int[] prompt = fit(given.length == 0 ? start() : given.clone(), sampling);
    // The last token is never appended, so one more than fits behind the prompt can come.
    int maxTokens = Math.min(sampling.maxTokens(), info.contextLength() - prompt.length + 1);
    int[] end = sampling.ignoreEos() ? NONE : endOfText;
    var sampler = new TokenSampler(sampling, seed, sample, prompt, maxTokens, vocabSize);
    var feed = new TokenFeed(sampling, maxTokens, vocabSize, end, tokenizer.map(Tokenizer::stream));
    boolean wantsLogits = sampling.logprobs() > Sampling.NO_LOGPROBS;
    var request = new Completion.Request(prompt, maxTokens, sampler, end, wantsLogits);
    return new PreparedPrompt(request, feed, Math.max(0, given.length - prompt.length), seed);
  }

  /**
   * Refuses ids outside the vocabulary.
   *
   * @throws InputException naming the first of them
   */
  void checkIds(int[] ids) {
    for (int id : ids) {
      if (id < 0 || id >= vocabSize) {
        throw new InputException("facade.id", id, vocabSize - 1);
      }
    }
  }

  /** What an empty prompt starts from: the end of the text before. */
  private int[] start() {
    return Stream.concat(
            info.config().eosTokenIds().stream(), info.generationConfig().eosTokenIds().stream())
        .findFirst()
        .map(id -> new int[] {id})
        .orElseThrow(() -> new InputException("facade.noStart", info.name()));
  }

  private int[] fit(int[] prompt, Sampling sampling) {
    int context = info.contextLength();
    if (sampling.truncate() == Truncate.NONE) {
      if (prompt.length > context) {
        throw new InputException("facade.promptLength", prompt.length, context);
      }
      return prompt;
    }
    int most = Math.max(context - sampling.maxTokens() + 1, (context + 1) / 2);
    int cut = Math.max(0, prompt.length - most);
    return Arrays.copyOfRange(prompt, cut, prompt.length);
  }
}
