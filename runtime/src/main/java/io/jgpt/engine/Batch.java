package io.jgpt.engine;

import java.util.Arrays;

/**
 * What one forward step runs: for each slot a sequence, the tokens to append to it, and where the
 * logits go, or how a token is drawn from them. Slots may have different counts (a prefill chunk
 * beside single decoded tokens). Reused between steps so that steady decoding allocates nothing.
 * Not safe for use by several threads.
 */
public final class Batch {

  /** Which rows of logits a slot wants. */
  public enum Logits {
    NONE,
    /** One row, of the last token: {@code logits[0 .. V)}. */
    LAST,
    /** A row per token: {@code logits[t * V .. (t + 1) * V)}. */
    ALL,
    /**
     * None: from the row of the last token the engine draws the next one, as the slot's {@link
     * Draw} says. Only where it {@linkplain Engine#drawsTokens can}.
     */
    DRAW
  }

  private KvSequence[] sequences = new KvSequence[8];
  private int[][] tokens = new int[8][];
  private int[] offsets = new int[8];
  private int[] counts = new int[8];
  private Logits[] wanted = new Logits[8];
  private float[][] logits = new float[8][];
  private Draw[] draws = new Draw[8];
  private int slots;
  private int totalTokens;

  /** Empties the batch. */
  public void clear() {
    Arrays.fill(sequences, 0, slots, null);
    Arrays.fill(tokens, 0, slots, null);
    Arrays.fill(logits, 0, slots, null);
    Arrays.fill(draws, 0, slots, null);
    slots = 0;
    totalTokens = 0;
  }

  /**
   * Adds a slot that appends {@code tokens[offset .. offset + count)} to {@code sequence}. A
   * sequence stands in at most one slot of a batch.
   *
   * @param wanted anything but {@link Logits#DRAW}
   * @param logits receives the rows that {@code wanted} names; may be null for {@link Logits#NONE}
   */
  public void add(
      KvSequence sequence, int[] tokens, int offset, int count, Logits wanted, float[] logits) {
    add(sequence, tokens, offset, count, wanted, logits, null);
  }

  /**
   * Adds a slot as above, whose next token the engine draws.
   *
   * @param draw says how, and receives the token; of this slot alone
   */
  public void add(KvSequence sequence, int[] tokens, int offset, int count, Draw draw) {
    add(sequence, tokens, offset, count, Logits.DRAW, null, draw);
  }

  private void add(
      KvSequence sequence,
      int[] tokens,
      int offset,
      int count,
      Logits wanted,
      float[] logits,
      Draw draw) {
    if (slots == sequences.length) {
      grow();
    }
    this.sequences[slots] = sequence;
    this.tokens[slots] = tokens;
    this.offsets[slots] = offset;
    this.counts[slots] = count;
    this.wanted[slots] = wanted;
    this.logits[slots] = logits;
    this.draws[slots] = draw;
    slots++;
    totalTokens += count;
  }

  private void grow() {
    int capacity = slots * 2;
    sequences = Arrays.copyOf(sequences, capacity);
    tokens = Arrays.copyOf(tokens, capacity);
    offsets = Arrays.copyOf(offsets, capacity);
    counts = Arrays.copyOf(counts, capacity);
    wanted = Arrays.copyOf(wanted, capacity);
    logits = Arrays.copyOf(logits, capacity);
    draws = Arrays.copyOf(draws, capacity);
  }

  /** Number of slots. */
  public int slots() {
    return slots;
  }

  /** Sum of all slots' counts: T of the step. */
  public int totalTokens() {
    return totalTokens;
  }

  public KvSequence sequence(int slot) {
    return sequences[slot];
  }

  /** The {@code i}-th token of the slot, {@code 0 <= i < count(slot)}. */
  public int token(int slot, int i) {
    return tokens[slot][offsets[slot] + i];
  }

  public int count(int slot) {
    return counts[slot];
  }

  public Logits wanted(int slot) {
    return wanted[slot];
  }

  /** How many rows of logits the slot's array is to receive: 0, 1 or its count. */
  public int rowsOfLogits(int slot) {
    return switch (wanted[slot]) {
      case NONE, DRAW -> 0;
      case LAST -> 1;
      case ALL -> counts[slot];
    };
  }

  public float[] logits(int slot) {
    return logits[slot];
  }

  /** Of a slot with {@link Logits#DRAW}. */
  public Draw draw(int slot) {
    return draws[slot];
  }
}
