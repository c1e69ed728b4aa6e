package io.jgpt.engine.cpu;

import io.jgpt.engine.Batch;
import io.jgpt.engine.Engine;
import io.jgpt.engine.KvSequence;
import io.jgpt.model.DType;
import io.jgpt.model.Gpt2Config;
import io.jgpt.model.Gpt2Weights;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;

/** What the tests of the engine share. */
final class EngineFixture {

  private EngineFixture() {}

  static CpuEngine open(RandomModel model, OperatorSets.Named set, DType dtype, int threads) {
    return open(model.config(), model.weights(), set, dtype, threads);
  }

  static CpuEngine open(
      Gpt2Config config, Gpt2Weights weights, OperatorSets.Named set, DType dtype, int threads) {
    var memory = new NativeMemory(() -> Long.MAX_VALUE);
    return CpuEngine.open(
        config, weights, options(config, dtype, threads), set.open(threads, memory), memory);
  }

  static CpuOptions options(Gpt2Config config, DType dtype, int threads) {
    return new CpuOptions(
        dtype,
        threads,
        config.nPositions(),
        Optional.empty(),
        warning -> {
          throw new AssertionError(warning);
        });
  }

  static int[] tokens(long seed, int count, int vocabulary) {
    return new Random(seed).ints(count, 0, vocabulary).toArray();
  }

  /** Logits at every position, by one step on a fresh sequence: [count, V]. */
  static float[] logits(Engine engine, int... tokens) {
    try (KvSequence sequence = engine.newSequence(tokens.length)) {
      return append(engine, sequence, tokens);
    }
  }

  /** Appends and returns the logits at every position of {@code tokens}: [count, V]. */
  static float[] append(Engine engine, KvSequence sequence, int... tokens) {
    float[] logits = new float[tokens.length * engine.vocabSize()];
    Arrays.fill(logits, Float.NaN);
    var batch = new Batch();
    batch.add(sequence, tokens, 0, tokens.length, Batch.Logits.ALL, logits);
    engine.forward(batch);
    return logits;
  }

  static float[] row(float[] logits, int row, int v) {
    return Arrays.copyOfRange(logits, row * v, (row + 1) * v);
  }

  /** max|a - b| / max|b|; NaN if either holds one. */
  static double error(float[] a, float[] b) {
    if (a.length != b.length) {
      throw new AssertionError(a.length + " values, expected " + b.length);
    }
    double difference = 0;
    double size = 0;
    for (int i = 0; i < a.length; i++) {
      difference = Math.max(difference, Math.abs((double) a[i] - b[i]));
      size = Math.max(size, Math.abs((double) b[i]));
    }
    return difference / size;
  }

  static int argmax(float[] logits, int row, int v) {
    int best = row * v;
    for (int i = row * v; i < (row + 1) * v; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best - row * v;
  }
}
