package io.jgpt.bench;

import io.jgpt.engine.Batch;
import io.jgpt.engine.Engine;
import io.jgpt.engine.KvSequence;
import io.jgpt.engine.cpu.CpuEngine;
import io.jgpt.engine.cpu.CpuOptions;
import io.jgpt.model.DType;
import io.jgpt.model.ModelDirectory;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A model on an engine with one sequence. Opening checks that the engine answers a text the same
 * whether it comes whole or token by token.
 */
@State(Scope.Benchmark)
public class LoadedModel {

  /** Tokens of the text that checks the engine. */
  private static final int CHECKED = 24;

  private static final double TOLERANCE = 0.05; // as int8 and bf16 need; f32 stays under 1e-5

  @Param({"models/mini"})
  String model;

  @Param({"F32", "BF16", "INT8"})
  DType dtype;

  @Param({"2"})
  int threads;

  private ModelDirectory directory;
  private final Batch batch = new Batch();
  Engine engine;
  KvSequence sequence;
  int[] tokens;
  float[] logits;

  /** Opens the model. */
  @Setup(Level.Trial)
  public void open() {
    directory = ModelDirectory.open(Path.of(model));
    int positions = directory.config().nPositions();
    engine =
        CpuEngine.open(
            directory.config(),
            directory.weights(),
            new CpuOptions(
                dtype,
                threads,
                positions,
                Optional.empty(),
                warning -> {
                  throw warning;
                }));
    sequence = engine.newSequence(positions);
    tokens = new Random(1).ints(positions, 0, engine.vocabSize()).toArray();
    logits = new float[engine.vocabSize()];
    check();
  }

  private void check() {
    sequence.truncate(0);
    append(0, CHECKED);
    float[] whole = logits.clone();
    sequence.truncate(0);
    for (int i = 0; i < CHECKED; i++) {
      append(i, 1);
    }
    double difference = 0;
    double size = 0;
    for (int i = 0; i < whole.length; i++) {
      difference = Math.max(difference, Math.abs(whole[i] - logits[i]));
      size = Math.max(size, Math.abs(whole[i]));
    }
    if (!(difference <= TOLERANCE * size)) {
      throw new AssertionError("whole and token by token differ by " + difference / size);
    }
  }

  /** Appends {@code tokens[from .. from + count)}; the logits are those of the last. */
  void append(int from, int count) {
    batch.clear();
    batch.add(sequence, tokens, from, count, Batch.Logits.LAST, logits);
    engine.forward(batch);
  }

  /** Closes everything, last opened first. */
  @TearDown(Level.Trial)
  public void close() {
    sequence.close();
    engine.close();
    directory.close();
  }
}
