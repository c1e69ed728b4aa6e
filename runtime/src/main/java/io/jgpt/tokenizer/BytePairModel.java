package io.jgpt.tokenizer;

import java.util.Arrays;

/** Vocabulary and merges of a byte-level BPE. Safe for use by any number of threads. */
final class BytePairModel {

  /**
   * What becomes of a byte that has no token of its own.
   *
   * @param id it becomes this token; -1: it is left out, as in the reference
   * @param fused several in a row become one
   */
  record Unknown(int id, boolean fused) {
    static final Unknown DROPPED = new Unknown(-1, false);
  }

  private final TokenTable tokens;
  private final MergeTable merges;
  private final int[] byteIds = new int[256];
  private final Unknown unknown;

  /**
   * Per id: true once the bytes of the token have been seen to encode to that very token. (The
   * bytes of a token need not: its parts may merge otherwise first.) Filled as texts come, since
   * working it out for a whole vocabulary would dominate loading. Threads may race: all write the
   * same.
   */
  private final boolean[] whole;

  /**
   * @param ignoreMerges a piece that is a token is that token, whatever the merges say
   */
  BytePairModel(TokenTable tokens, MergeTable merges, Unknown unknown, boolean ignoreMerges) {
    this.unknown = unknown;
    this.tokens = tokens;
    this.merges = merges;
    byte[] one = new byte[1];
    for (int b = 0; b < 256; b++) {
      one[0] = (byte) b;
      byteIds[b] = tokens.find(one, 0, 1);
    }
    whole = new boolean[tokens.size()];
    Arrays.fill(whole, ignoreMerges);
  }

  TokenTable tokens() {
    return tokens;
  }

  MergeTable merges() {
    return merges;
  }

  boolean isWhole(int id) {
    return whole[id];
  }

  void setWhole(int id) {
    whole[id] = true;
  }

  /** Fills {@code ids} with the tokens of the single bytes in {@code utf8[0, n)}. */
  int symbols(byte[] utf8, int n, int[] ids) {
    int count = 0;
    boolean lastKnown = true;
    for (int i = 0; i < n; i++) {
      int id = byteIds[utf8[i] & 0xFF];
      if (id >= 0) {
        ids[count++] = id;
      } else if (unknown.id() >= 0 && (lastKnown || !unknown.fused())) {
        ids[count++] = unknown.id();
      }
      lastKnown = id >= 0;
    }
    return count;
  }
}
