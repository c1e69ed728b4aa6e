package io.jgpt.bench.peers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.LanguageModel;
import io.jgpt.Options;
import io.jgpt.model.ModelDirectory;
import io.jgpt.model.Tensor;
import io.jgpt.sampling.Sampling;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RandomCheckpointTest {

  private static final Shape TINY = Shape.named("tiny");

  @TempDir Path parent;

  @Test
  void jgptRunsItAndTheTextDependsOnItsPast() throws IOException {
    Path directory = RandomCheckpoint.in(parent, TINY);
    try (LanguageModel model = LanguageModel.open(directory, Options.device("cpu"));
        var session = model.newSession()) {
      assertEquals(TINY.vocabulary(), model.info().config().vocabSize());
      double bytes = model.info().engine().decodeBytes();
      assertEquals(TINY.decodeBytes(2, 0), bytes, 0.1 * bytes);
      var generation =
          session.generate("Some text", Sampling.greedy().ignoreEos(true).maxTokens(64));
      long different = Arrays.stream(generation.ids()).distinct().count();
      assertTrue(different > 24, () -> "only " + different + " tokens in " + generation.text());
    }
  }

  /** Every tensor has the mean and the deviation that it was meant to have. */
  @Test
  void theWeightsAreNormal() throws IOException {
    try (var model = ModelDirectory.open(RandomCheckpoint.in(parent, TINY))) {
      assertNormal(0, 0.04, model.weights().wte());
      assertNormal(0, 0.8 / Math.sqrt(128), model.weights().layers().getLast().downWeight());
      assertNormal(1, 0.02, model.weights().lnFGain());
    }
  }

  private static void assertNormal(double mean, double deviation, Tensor tensor) {
    double sum = 0;
    double squares = 0;
    for (long i = 0; i < tensor.elements(); i++) {
      int bits = tensor.data().getAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, i) << 16;
      double difference = Float.intBitsToFloat(bits) - mean;
      sum += difference;
      squares += difference * difference;
    }
    double n = tensor.elements();
    // Five standard errors; a gain near 1 has only 8 bits.
    assertEquals(0, sum / n, 5 * deviation / Math.sqrt(n));
    assertEquals(deviation, Math.sqrt(squares / n), 5 * deviation / Math.sqrt(2 * n) + 1e-4);
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
