package io.jgpt.engine.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Causal self-attention in plain Java: one part for each sequence and head, which first appends its
 * keys and values and then takes the rows one by one, so that it holds one row of scores at a time.
 */
final class JavaAttention {

  private final WorkerThreads workers;
  private final double[][] scores; // per worker [keys]
  private final double[][] sums; // per worker [HS]
  private final WorkerThreads.Task part = this::part;

  private MemorySegment qkv;
  private AttentionSlots slots;
  private int layer;
  private int heads;
  private int headSize;
  private float scale;
  private MemorySegment out;

  JavaAttention(WorkerThreads workers) {
    this.workers = workers;
    this.scores = new double[workers.count()][0];
    this.sums = new double[workers.count()][0];
  }

  /** See {@link Operators#attention}. */
  void run(
      MemorySegment qkv,
      AttentionSlots slots,
      int layer,
      int heads,
      int headSize,
      float scale,
      MemorySegment out) {
    this.qkv = qkv;
    this.slots = slots;
    this.layer = layer;
    this.heads = heads;
    this.headSize = headSize;
    this.scale = scale;
    this.out = out;
    workers.run(slots.size() * heads, part);
  }

  private void part(int part, int worker) {
    int slot = part / heads;
    int head = part % heads;
    reserve(slots.capacity(slot), worker);
    for (int t = 0; t < slots.count(slot); t++) {
      append(slot, head, t);
    }
    for (int t = 0; t < slots.count(slot); t++) {
      attend(slot, head, t, scores[worker], sums[worker]);
    }
  }

  private void reserve(int keys, int worker) {
    if (scores[worker].length < keys) {
      scores[worker] = new double[keys];
    }
    if (sums[worker].length < headSize) {
      sums[worker] = new double[headSize];
    }
  }

  /** Copies row t's key and value to position {@code past + t}. */
  private void append(int slot, int head, int t) {
    int position = slots.past(slot) + t;
    for (int part = 0; part < 2; part++) {
      MemorySegment.copy(
          qkv,
          ValueLayout.JAVA_FLOAT,
          4 * inQkv(slot, head, t, 1 + part),
          slots.kv(slot),
          ValueLayout.JAVA_FLOAT,
          4 * inCache(slot, head, position, part),
          headSize);
    }
  }

  private void attend(int slot, int head, int t, double[] scores, double[] sums) {
    MemorySegment kv = slots.kv(slot);
    int keys = slots.past(slot) + t + 1; // causal: its own position is the last
    long query = inQkv(slot, head, t, 0);
    double max = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < keys; j++) {
      long key = inCache(slot, head, j, 0);
      double dot = 0;
      for (int i = 0; i < headSize; i++) {
        dot += (double) get(qkv, query + i) * get(kv, key + i);
      }
      scores[j] = scale * dot;
      max = Math.max(max, scores[j]);
    }
    double total = 0;
    Arrays.fill(sums, 0, headSize, 0);
    for (int j = 0; j < keys; j++) {
      double weight = Math.exp(scores[j] - max);
      total += weight;
      long value = inCache(slot, head, j, 1);
      for (int i = 0; i < headSize; i++) {
        sums[i] += weight * get(kv, value + i);
      }
    }
    long row = ((long) (slots.row(slot) + t) * heads + head) * headSize;
    for (int i = 0; i < headSize; i++) {
      out.setAtIndex(ValueLayout.JAVA_FLOAT, row + i, (float) (sums[i] / total));
    }
  }

  /**
   * Index in [T, 3C] of a head's query, key or value.
   *
   * @param part 0, 1 or 2
   */
  private long inQkv(int slot, int head, int t, int part) {
    return (((long) (slots.row(slot) + t) * 3 + part) * heads + head) * headSize;
  }

  /**
   * Index in [L][2][NH][capacity][HS] of a key or value.
   *
   * @param part 0 or 1
   */
  private long inCache(int slot, int head, int position, int part) {
    return ((((long) layer * 2 + part) * heads + head) * slots.capacity(slot) + position)
        * headSize;
  }

  private static float get(MemorySegment floats, long index) {
    return floats.getAtIndex(ValueLayout.JAVA_FLOAT, index);
  }
}
