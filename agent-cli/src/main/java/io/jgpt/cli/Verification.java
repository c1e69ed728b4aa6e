package io.jgpt.cli;

import io.jgpt.Generation;
import io.jgpt.LanguageModel;
import io.jgpt.Logprobs;
import io.jgpt.Token;
import io.jgpt.sampling.Sampling;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How a running model compares with its golden outputs.
 *
 * @param tokens of the continuations that were compared
 * @param error the largest difference of a logit, as a share of the largest magnitude
 * @param firstMismatch the first prompt whose ids or continuation differ, empty if none does
 */
record Verification(int tokens, double error, String firstMismatch) {

  /** What jgpt promises of f32. */
  static final double TOLERANCE = 1e-5;

  boolean passed() {
    return firstMismatch.isEmpty() && error <= TOLERANCE;
  }

  /** Runs every prompt through the tokenizer, the model and the sampler. */
  static Verification of(LanguageModel model, GoldenOutputs golden) {
    int tokens = 0;
    double error = 0;
    String mismatch = "";
    for (GoldenOutputs.Prompt prompt : golden.prompts()) {
      boolean sameIds =
          model
              .tokenizer()
              .map(tokenizer -> tokenizer.encodeWithSpecials(prompt.text()))
              .map(ids -> boxed(ids).equals(prompt.ids()))
              .orElse(true);
      boolean sameContinuation = continuation(model, prompt).equals(prompt.continuation());
      if (mismatch.isEmpty() && !(sameIds && sameContinuation)) {
        mismatch = prompt.text();
      }
      tokens += prompt.continuation().size();
      error = Math.max(error, logitError(model, prompt));
    }
    return new Verification(tokens, error, mismatch);
  }

  private static List<Integer> continuation(LanguageModel model, GoldenOutputs.Prompt prompt) {
    int count = prompt.continuation().size();
    Sampling greedy = Sampling.greedy().ignoreEos(true).maxTokens(count);
    try (Generation generation = generate(model, prompt, greedy)) {
      return boxed(generation.ids());
    }
  }

  private static Generation generate(
      LanguageModel model, GoldenOutputs.Prompt prompt, Sampling sampling) {
    int[] ids = prompt.ids().stream().mapToInt(Integer::intValue).toArray();
    return model.generateIds(List.of(ids), sampling, 1).getFirst();
  }

  private static List<Integer> boxed(int[] ids) {
    return Arrays.stream(ids).boxed().toList();
  }

  /**
   * A logprob is its logit less a number common to all, which the mean of the differences is: what
   * then remains is the error.
   */
  private static double logitError(LanguageModel model, GoldenOutputs.Prompt prompt) {
    Map<Integer, Double> logprobs = logprobs(model, prompt);
    double common =
        prompt.logits().entrySet().stream()
            .mapToDouble(logit -> logit.getValue() - logprobs.get(logit.getKey()))
            .average()
            .orElse(0);
    return prompt.logits().entrySet().stream()
            .mapToDouble(
                logit -> Math.abs(logit.getValue() - logprobs.get(logit.getKey()) - common))
            .max()
            .orElse(0)
        / prompt.maxLogit();
  }

  private static Map<Integer, Double> logprobs(LanguageModel model, GoldenOutputs.Prompt prompt) {
    int all = model.info().config().vocabSize();
    Sampling one = Sampling.greedy().ignoreEos(true).maxTokens(1).logprobs(all);
    Map<Integer, Double> logprobs = new HashMap<>();
    try (Generation generation = generate(model, prompt, one)) {
      Token token = generation.iterator().next();
      for (Logprobs.Candidate candidate : token.logprobs().orElseThrow().top()) {
        logprobs.put(candidate.id(), candidate.logprob());
      }
    }
    return logprobs;
  }
}
