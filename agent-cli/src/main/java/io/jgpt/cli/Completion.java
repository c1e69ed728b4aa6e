package io.jgpt.cli;

import io.jgpt.FinishReason;
import io.jgpt.Generation;
import io.jgpt.Timings;
import io.jgpt.Token;
import io.jgpt.Usage;
import java.util.Arrays;
import java.util.List;

/**
 * A generation that has ended.
 *
 * @param tokens with their logprobs; empty where nobody asked for them
 */
record Completion(
    String text,
    List<Integer> ids,
    FinishReason finishReason,
    Usage usage,
    Timings timings,
    List<Token> tokens) {

  static Completion of(Generation generation, List<Token> tokens) {
    return new Completion(
        generation.text(),
        Arrays.stream(generation.ids()).boxed().toList(),
        generation.finishReason(),
        generation.usage(),
        generation.timings(),
        tokens);
  }
}
