package io.jgpt.examples;

import io.jgpt.Generation;
import io.jgpt.LanguageModel;
import io.jgpt.Options;
import io.jgpt.Token;
import io.jgpt.sampling.Sampling;
import java.nio.file.Path;

/** Prints a completion as it comes, then what it took. */
public final class Streaming {

  private Streaming() {}

  public static void main(String[] args) {
    String prompt = args.length > 1 ? args[1] : "Once upon a time";
    try (var model = LanguageModel.open(Path.of(args[0]), Options.defaults());
        var session = model.newSession();
        Generation generation = session.generate(prompt, Sampling.defaults().logprobs(0))) {
      double logprob = 0;
      for (Token token : generation) {
        System.out.print(token.text());
        logprob += token.logprobs().orElseThrow().logprob();
      }
      System.out.printf(
          "%n%s with seed %d: %s, %s, perplexity of the completion %.1f%n",
          generation.finishReason(),
          generation.seed(),
          generation.usage(),
          generation.timings(),
          Math.exp(-logprob / generation.usage().completion()));
    }
  }
}
