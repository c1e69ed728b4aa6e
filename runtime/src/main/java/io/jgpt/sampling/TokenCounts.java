package io.jgpt.sampling;

import java.util.Arrays;

/**
 * The distinct tokens of a sequence, and how often each was generated: what the penalties look at.
 * Room for all of them is made at the start, so that counting allocates nothing; a table the size
 * of the vocabulary would be a hundred times larger.
 */
public final class TokenCounts {

  private static final int FREE = -1;

  /** Open addressing: a token's slot is the first free one, or its own, from its hash on. */
  private final int[] slots;

  private final int[] ids;
  private final int[] generated;
  private int size;

  /**
   * @param capacity most distinct tokens that will be counted
   */
  TokenCounts(int capacity) {
    ids = new int[capacity];
    generated = new int[capacity];
    slots = new int[Math.max(4, Integer.highestOneBit(capacity) * 4)];
    Arrays.fill(slots, FREE);
  }

  void addPrompt(int id) {
    position(id);
  }

  void addGenerated(int id) {
    generated[position(id)]++;
  }

  private int position(int id) {
    int mask = slots.length - 1;
    int slot = ((id * 0x9E3779B9) >>> 8) & mask;
    while (slots[slot] != FREE) {
      if (ids[slots[slot]] == id) {
        return slots[slot];
      }
      slot = (slot + 1) & mask;
    }
    slots[slot] = size;
    ids[size] = id;
    return size++;
  }

  /** Number of distinct tokens; they stand at positions {@code 0 .. size()}. */
  public int size() {
    return size;
  }

  int id(int position) {
    return ids[position];
  }

  /** How often the token at {@code position} was generated; 0 if it stands in the prompt alone. */
  int generated(int position) {
    return generated[position];
  }

  /** A view by position that more ids come into, the same array for the sequence's whole life. */
  public int[] ids() {
    return ids;
  }

  /** As {@link #ids}: how often each was generated. */
  public int[] generated() {
    return generated;
  }
}
