package io.jgpt.tokenizer;

import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The vocabulary: the bytes of every token in one array, and an open-addressing index from bytes to
 * id. Ids may have holes. Filled by the readers, then never changed.
 *
 * <pre>
 * blob    | ! | " | # | ... | Ġthe | Ġand | ...
 * start         [id] -> offset into blob
 * length        [id] -> number of bytes, -1 for a hole
 * slots         hash(bytes) -> id + 1, 0 for free; at most half full
 * </pre>
 */
final class TokenTable {

  private static final int HASH_MULTIPLIER = 0x9E3779B9;

  /** Drawn for each table, so that no file can be made whose tokens all meet in one slot. */
  private final int multiplier = ThreadLocalRandom.current().nextInt() | 1;

  private byte[] blob;
  private int used;
  private int[] start;
  private int[] length;
  private int size;
  private int indexed;
  private int[] slots;
  private int shift;
  private final BitSet unindexed = new BitSet();

  TokenTable(int expectedTokens) {
    int capacity = Math.max(16, expectedTokens);
    blob = new byte[8 * capacity];
    start = new int[capacity];
    length = new int[capacity];
    Arrays.fill(length, -1);
    int bits = 33 - Integer.numberOfLeadingZeros(capacity);
    slots = new int[1 << bits];
    shift = 32 - bits;
  }

  /** One more than the largest id. */
  int size() {
    return size;
  }

  boolean has(int id) {
    return id >= 0 && id < size && length[id] >= 0;
  }

  /** The number of bytes of a token, -1 if there is none with this id. */
  int length(int id) {
    return id >= 0 && id < size ? length[id] : -1;
  }

  /** A copy of the token's bytes; empty if there is no token with this id. */
  byte[] bytes(int id) {
    return has(id) ? Arrays.copyOfRange(blob, start[id], start[id] + length[id]) : new byte[0];
  }

  /** Hands the token's bytes to {@code decoder} without a copy. */
  void decode(int id, Utf8Decoder decoder, CodePointSink sink) {
    if (has(id)) {
      decoder.push(blob, start[id], start[id] + length[id], sink);
    }
  }

  /** The id of the indexed token with these bytes, -1 if there is none. */
  int find(byte[] bytes, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = extend(hash, bytes[i]);
    }
    return find(bytes, from, to, hash);
  }

  /** As above, for callers that build the hash with {@link #extend}, starting at 0. */
  int find(byte[] bytes, int from, int to, int hash) {
    int n = to - from;
    for (int slot = slot(hash); slots[slot] != 0; slot = (slot + 1) & (slots.length - 1)) {
      int id = slots[slot] - 1;
      if (length[id] == n && equal(start[id], bytes, from, n)) {
        return id;
      }
    }
    return -1;
  }

  int extend(int hash, byte b) {
    return hash * multiplier + (b & 0xFF) + 1;
  }

  private int slot(int hash) {
    return (hash * HASH_MULTIPLIER) >>> shift;
  }

  private boolean same(int id, int other) {
    return length[id] == length[other] && equal(start[id], blob, start[other], length[id]);
  }

  private boolean equal(int at, byte[] bytes, int from, int n) {
    for (int i = 0; i < n; i++) {
      if (blob[at + i] != bytes[from + i]) {
        return false;
      }
    }
    return true;
  }

  /** The ids of the tokens that cannot be found by their bytes. */
  BitSet unindexed() {
    return unindexed;
  }

  /**
   * Adds a token whose id is free. An indexed token can be found by its bytes; of two with the same
   * bytes the later one is found.
   */
  void add(int id, byte[] bytes, int from, int to, boolean index) {
    if (id >= start.length) {
      int capacity = Math.max(id + 1, 2 * start.length);
      int old = length.length;
      start = Arrays.copyOf(start, capacity);
      length = Arrays.copyOf(length, capacity);
      Arrays.fill(length, old, capacity, -1);
    }
    int n = to - from;
    if (blob.length - used < n) {
      blob = Arrays.copyOf(blob, Math.max(used + n, 2 * blob.length));
    }
    System.arraycopy(bytes, from, blob, used, n);
    start[id] = used;
    length[id] = n;
    used += n;
    size = Math.max(size, id + 1);
    if (index) {
      insert(id);
    } else {
      unindexed.set(id);
    }
  }

  private void insert(int id) {
    if (2 * ++indexed > slots.length) {
      grow();
    }
    int hash = 0;
    for (int i = start[id]; i < start[id] + length[id]; i++) {
      hash = extend(hash, blob[i]);
    }
    int slot = slot(hash);
    while (slots[slot] != 0 && !same(slots[slot] - 1, id)) {
      slot = (slot + 1) & (slots.length - 1);
    }
    slots[slot] = id + 1;
  }

  private void grow() {
    int[] old = slots;
    slots = new int[2 * old.length];
    shift--;
    indexed = 1; // the one being inserted
    for (int entry : old) {
      if (entry != 0) {
        insert(entry - 1);
      }
    }
  }
}
