package io.jgpt.examples;

import io.jgpt.Generation;
import io.jgpt.LanguageModel;
import io.jgpt.Options;
import io.jgpt.sampling.Sampling;
import io.jgpt.sampling.Truncate;
import java.nio.file.Path;
import java.util.List;

/** Turns of one conversation: a session computes only what was added since the last one. */
public final class Conversation {

  private Conversation() {}

  public static void main(String[] args) {
    Sampling sampling =
        Sampling.defaults().maxTokens(24).stop("\nFox:").truncate(Truncate.LEFT).seed(1);
    try (var model = LanguageModel.open(Path.of(args[0]), Options.defaults());
        var session = model.newSession()) {
      var transcript = new StringBuilder();
      for (String line : List.of("Good morning, Rabbit.", "Where do you live?", "Goodbye.")) {
        transcript.append("Fox: ").append(line).append("\nRabbit:");
        Generation answer = session.generate(transcript.toString(), sampling);
        transcript.append(answer.text()).append('\n');
        System.out.println(answer.usage());
      }
      System.out.print(transcript);
    }
  }
}
