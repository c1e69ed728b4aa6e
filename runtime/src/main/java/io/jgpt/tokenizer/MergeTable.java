package io.jgpt.tokenizer;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/** The merges of a byte-pair encoding: (left id, right id) to rank, and rank to merged id. */
final class MergeTable {

  private static final long FREE = -1;

  /** Drawn for each table, so that no file can be made whose merges all meet in one slot. */
  private final long multiplier = ThreadLocalRandom.current().nextLong() | 1;

  private long[] keys;
  private int[] ranks;
  private int shift;
  private int[] merged;
  private int size;

  MergeTable(int expectedMerges) {
    int capacity = Math.max(8, expectedMerges);
    int bits = 33 - Integer.numberOfLeadingZeros(capacity);
    keys = new long[1 << bits];
    Arrays.fill(keys, FREE);
    ranks = new int[1 << bits];
    shift = 64 - bits;
    merged = new int[capacity];
  }

  /** Adds the next merge; where a pair comes twice the later rank holds, as in the reference. */
  void add(int left, int right, int result) {
    if (size == merged.length) {
      grow();
    }
    merged[size] = result;
    put(key(left, right), size++);
  }

  private void put(long key, int rank) {
    int slot = slot(key);
    keys[slot] = key;
    ranks[slot] = rank;
  }

  private void grow() {
    merged = Arrays.copyOf(merged, 2 * size);
    long[] oldKeys = keys;
    int[] oldRanks = ranks;
    keys = new long[2 * oldKeys.length];
    Arrays.fill(keys, FREE);
    ranks = new int[keys.length];
    shift--;
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != FREE) {
        put(oldKeys[i], oldRanks[i]);
      }
    }
  }

  /** The rank of a pair, {@link Integer#MAX_VALUE} if it does not merge. */
  int rank(int left, int right) {
    long key = key(left, right);
    int slot = slot(key);
    return keys[slot] == key ? ranks[slot] : Integer.MAX_VALUE;
  }

  /** The token that the merge of this rank makes. */
  int merged(int rank) {
    return merged[rank];
  }

  private static long key(int left, int right) {
    return ((long) left << 32) | right;
  }

  private int slot(long key) {
    int slot = (int) ((key * multiplier) >>> shift);
    while (keys[slot] != FREE && keys[slot] != key) {
      slot = (slot + 1) & (keys.length - 1);
    }
    return slot;
  }
}
