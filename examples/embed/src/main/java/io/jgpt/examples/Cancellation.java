package io.jgpt.examples;

import io.jgpt.Generation;
import io.jgpt.LanguageModel;
import io.jgpt.Options;
import io.jgpt.Token;
import io.jgpt.sampling.Sampling;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Gives a completion half a second, and keeps what came until then. */
public final class Cancellation {

  private Cancellation() {}

  public static void main(String[] args) {
    try (var model = LanguageModel.open(Path.of(args[0]), Options.defaults());
        var session = model.newSession()) {
      Sampling endless = Sampling.defaults().ignoreEos(true).maxTokens(100_000);
      Generation generation = session.generate("Once upon a time", endless);
      var timer =
          CompletableFuture.runAsync(
              generation::cancel, CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS));
      for (Token token : generation) {
        System.out.print(token.text());
      }
      timer.join();
      // CANCELLED, or LENGTH where the context was full before.
      System.out.printf(
          "%n%s after %d tokens%n", generation.finishReason(), generation.usage().completion());
    }
  }
}
