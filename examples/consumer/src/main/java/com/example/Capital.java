package com.example;

import io.jgpt.LanguageModel;
import io.jgpt.Options;
import io.jgpt.sampling.Sampling;
import java.nio.file.Path;

/** Completes a sentence with the model in the directory given. */
public final class Capital {

  private Capital() {}

  public static void main(String[] args) {
    try (var model = LanguageModel.open(Path.of(args[0]), Options.device("auto"));
        var session = model.newSession()) {
      for (var token :
          session.generate("The capital of France is", Sampling.greedy().maxTokens(32))) {
        System.out.print(token.text());
      }
      System.out.println();
    }
  }
}
