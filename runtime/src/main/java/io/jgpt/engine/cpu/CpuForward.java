package io.jgpt.engine.cpu;

import io.jgpt.engine.Batch;
import io.jgpt.model.Gpt2Config;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * GPT-2's forward pass over the tokens of a batch, all slots in one [T, C], with the activations
 * that it needs: allocated once, for the largest step.
 *
 * <pre>
 *   x = wte[token] + wpe[position]
 *   L times:  x += proj(attention(qkv(ln1(x))))
 *             x += down(f(fc(ln2(x))))
 *   logits = lmHead(lnF(x)), for the rows that are wanted
 * </pre>
 */
final class CpuForward implements AutoCloseable {

  /** Rows that the LM head takes at once, so that a large chunk does not need T x V floats. */
  private static final int HEAD_ROWS = 16;

  private final Gpt2Config config;
  private final CpuWeights weights;
  private final Operators operators;
  private final Arena arena = Arena.ofShared();
  private final AttentionSlots slots;
  private final MemorySegment tokens; // int32 [T]
  private final MemorySegment positions; // int32 [T]
  private final MemorySegment x; // [T, C] the residual stream
  private final MemorySegment normed; // [T, C]
  private final MemorySegment qkv; // [T, 3C]
  private final MemorySegment attended; // [T, C]
  private final MemorySegment hidden; // [T, F]
  private final MemorySegment headRows; // [HEAD_ROWS, C]
  private final MemorySegment logits; // [HEAD_ROWS, V]
  private final float[][] wantedInto = new float[HEAD_ROWS][];
  private final int[] wantedAt = new int[HEAD_ROWS];
  private int wantedRows;

  /**
   * @param maxTokens largest T of a step
   */
  CpuForward(
      Gpt2Config config,
      CpuWeights weights,
      Operators operators,
      NativeMemory memory,
      int maxTokens) {
    this.config = config;
    this.weights = weights;
    this.operators = operators;
    long row = 4L * maxTokens;
    try {
      this.slots = new AttentionSlots(arena, maxTokens);
      this.tokens = memory.allocate("tokens", row, arena);
      this.positions = memory.allocate("positions", row, arena);
      this.x = memory.allocate("residual stream", row * config.nEmbd(), arena);
      this.normed = memory.allocate("normed", row * config.nEmbd(), arena);
      this.qkv = memory.allocate("qkv", row * 3 * config.nEmbd(), arena);
      this.attended = memory.allocate("attended", row * config.nEmbd(), arena);
      this.hidden = memory.allocate("hidden", row * config.nInner(), arena);
      this.headRows = memory.allocate("LM head rows", 4L * HEAD_ROWS * config.nEmbd(), arena);
      this.logits = memory.allocate("logits", 4L * HEAD_ROWS * config.vocabSize(), arena);
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  /** Appends the batch's tokens to the caches and writes the wanted logits. */
  void run(Batch batch) {
    int rows = gather(batch); // T
    operators.embed(weights.wte(), weights.wpe(), tokens, positions, rows, x); // [T, C]
    for (int i = 0; i < weights.layers(); i++) {
      layer(i, rows);
    }
    writeLogits(batch);
  }

  private void layer(int i, int rows) {
    CpuWeights.Layer w = weights.layer(i);
    norm(x, w.ln1(), rows, normed); // [T, C]
    operators.linear(normed, w.qkv(), null, null, rows, qkv); // [T, 3C]
    operators.attention(
        qkv, slots, i, config.nHead(), config.headSize(), scale(i), attended); // [T, C]
    operators.linear(attended, w.proj(), null, x, rows, x); // [T, C], + residual
    norm(x, w.ln2(), rows, normed); // [T, C]
    operators.linear(normed, w.fc(), config.activation(), null, rows, hidden); // [T, F]
    operators.linear(hidden, w.down(), null, x, rows, x); // [T, C], + residual
  }

  private void norm(MemorySegment from, CpuWeights.Norm norm, int rows, MemorySegment to) {
    operators.layerNorm(
        from, norm.gain(), norm.bias(), config.layerNormEpsilon(), rows, config.nEmbd(), to);
  }

  /** What the scores of layer {@code i} are multiplied by. */
  private float scale(int i) {
    double scale = config.scaleAttnWeights() ? 1 / Math.sqrt(config.headSize()) : 1;
    return (float) (config.scaleAttnByInverseLayerIdx() ? scale / (i + 1) : scale);
  }

  /** Lays out the slots' tokens one slot after the other; returns T. */
  private int gather(Batch batch) {
    slots.clear();
    wantedRows = 0; // a step that failed may have left some
    int row = 0;
    for (int slot = 0; slot < batch.slots(); slot++) {
      var sequence = (CpuSequence) batch.sequence(slot);
      int past = sequence.length();
      slots.add(sequence.kv(), row, batch.count(slot), past, sequence.capacity());
      for (int i = 0; i < batch.count(slot); i++, row++) {
        tokens.setAtIndex(ValueLayout.JAVA_INT, row, batch.token(slot, i));
        positions.setAtIndex(ValueLayout.JAVA_INT, row, past + i);
      }
    }
    return row;
  }

  /** Collects the wanted rows of all slots, so that the LM head is read once for many of them. */
  private void writeLogits(Batch batch) {
    int row = 0;
    for (int slot = 0; slot < batch.slots(); slot++) {
      int count = batch.count(slot);
      int wanted = batch.rowsOfLogits(slot);
      row += count;
      for (int i = 0; i < wanted; i++) {
        want(row - wanted + i, batch.logits(slot), i * config.vocabSize());
      }
    }
    flush();
  }

  /** Row {@code row} of x goes through the LM head to {@code into[at .. at + V)}. */
  private void want(int row, float[] into, int at) {
    long bytes = 4L * config.nEmbd();
    MemorySegment.copy(x, row * bytes, headRows, wantedRows * bytes, bytes);
    wantedInto[wantedRows] = into;
    wantedAt[wantedRows] = at;
    wantedRows++;
    if (wantedRows == HEAD_ROWS) {
      flush();
    }
  }

  private void flush() {
    if (wantedRows == 0) {
      return;
    }
    int rows = wantedRows;
    wantedRows = 0;
    norm(headRows, weights.lnF(), rows, headRows); // [rows, C]
    operators.linear(headRows, weights.lmHead(), null, null, rows, logits); // [rows, V]
    int v = config.vocabSize();
    for (int i = 0; i < rows; i++) {
      long from = 4L * i * v;
      MemorySegment.copy(logits, ValueLayout.JAVA_FLOAT, from, wantedInto[i], wantedAt[i], v);
      wantedInto[i] = null;
    }
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
