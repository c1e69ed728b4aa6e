package io.jgpt.examples;

import io.jgpt.Generation;
import io.jgpt.LanguageModel;
import io.jgpt.Options;
import io.jgpt.sampling.Sampling;
import java.nio.file.Path;
import java.util.List;

/** Three prompts, two samples of each: six completions that share every step of the engine. */
public final class Batch {

  private static final int SAMPLES = 2;

  private Batch() {}

  public static void main(String[] args) {
    List<String> prompts = List.of("The fox said", "In the garden", "When the moon rose,");
    try (var model = LanguageModel.open(Path.of(args[0]), Options.defaults())) {
      List<Generation> all =
          model.generate(prompts, Sampling.defaults().maxTokens(24).seed(7), SAMPLES);
      for (int i = 0; i < all.size(); i++) {
        System.out.println(prompts.get(i / SAMPLES) + all.get(i).text().replace("\n", " "));
      }
    }
  }
}
