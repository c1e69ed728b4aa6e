package io.jgpt.bench.peers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jgpt.LanguageModel;
import io.jgpt.Options;
import io.jgpt.model.ModelDirectory;
import io.jgpt.model.Tensor;
import io.jgpt.sampling.Sampling;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RandomCheckpointTest {

  private static final Shape TINY = Shape.named("tiny");

  @TempDir Path parent;

  @Test
  void jgptRunsIt() throws IOException {
    Path directory = RandomCheckpoint.in(parent, TINY);
    try (LanguageModel model = LanguageModel.open(directory, Options.device("cpu"));
        var session = model.newSession()) {
      assertEquals(TINY.vocabulary(), model.info().config().vocabSize());
      double bytes = model.info().engine().decodeBytes();
      assertEquals(TINY.decodeBytes(2, 0), bytes, 0.1 * bytes);
      var generation =
          session.generate("Some text", Sampling.greedy().ignoreEos(true).maxTokens(8));
      assertEquals(8, generation.ids().length);
    }
  }

  /** Every tensor has the mean and the deviation that it was meant to have. */
  @Test
  void theWeightsAreNormal() throws IOException {
    try (var model = ModelDirectory.open(RandomCheckpoint.in(parent, TINY))) {
      assertNormal(0, model.weights().wte());
      assertNormal(0, model.weights().layers().getLast().downWeight());
      assertNormal(1, model.weights().lnFGain());
    }
  }

  private static void assertNormal(double mean, Tensor tensor) {
    double sum = 0;
    double squares = 0;
    for (long i = 0; i < tensor.elements(); i++) {
      int bits = tensor.data().getAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, i) << 16;
      double deviation = Float.intBitsToFloat(bits) - mean;
      sum += deviation;
      squares += deviation * deviation;
    }
    double n = tensor.elements();
    assertEquals(0, sum / n, 5 * 0.02 / Math.sqrt(n));
    assertEquals(0.02, Math.sqrt(squares / n), 0.02 * 5 / Math.sqrt(2 * n) + 1e-4);
  }

  @Test
  void theSameShapeGivesTheSameBytes() throws IOException {
    Path one = RandomCheckpoint.in(parent.resolve("one"), TINY);
    Path other = RandomCheckpoint.in(parent.resolve("other"), TINY);
    assertArrayEquals(weights(one), weights(other));
  }

  @Test
  void whatIsThereIsNotWrittenAgain() throws IOException {
    Path directory = RandomCheckpoint.in(parent, TINY);
    Files.writeString(directory.resolve("model.safetensors"), "changed");
    RandomCheckpoint.in(parent, TINY);
    assertEquals("changed", Files.readString(directory.resolve("model.safetensors")));
    try (var left = Files.list(parent)) {
      assertEquals(1, left.count());
    }
  }

  private static byte[] weights(Path directory) throws IOException {
    return Files.readAllBytes(directory.resolve("model.safetensors"));
  }
}
