package io.jgpt.engine;

import java.util.Arrays;
import java.util.Random;

/** What the tests of all engines share. */
public final class EngineFixture {

  private EngineFixture() {}

  /** Random ids below {@code vocabulary}. */
  public static int[] tokens(long seed, int count, int vocabulary) {
    return new Random(seed).ints(count, 0, vocabulary).toArray();
  }

  /** Logits at every position, by one step on a fresh sequence: [count, V]. */
  public static float[] logits(Engine engine, int... tokens) {
    try (KvSequence sequence = engine.newSequence(tokens.length)) {
      return append(engine, sequence, tokens);
    }
  }

  /** Appends and returns the logits at every position of {@code tokens}: [count, V]. */
  public static float[] append(Engine engine, KvSequence sequence, int... tokens) {
    float[] logits = new float[tokens.length * engine.vocabSize()];
    Arrays.fill(logits, Float.NaN);
    var batch = new Batch();
    batch.add(sequence, tokens, 0, tokens.length, Batch.Logits.ALL, logits);
    engine.forward(batch);
    return logits;
  }

  /** Row {@code row} of [.., V]. */
  public static float[] row(float[] logits, int row, int v) {
    return Arrays.copyOfRange(logits, row * v, (row + 1) * v);
  }

  /** max|a - b| / max|b|; NaN if either holds one. */
  public static double error(float[] a, float[] b) {
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

  /** The most probable id in row {@code row} of [.., V], the first of equal ones. */
  public static int argmax(float[] logits, int row, int v) {
    int best = row * v;
    for (int i = row * v; i < (row + 1) * v; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best - row * v;
  }
}
