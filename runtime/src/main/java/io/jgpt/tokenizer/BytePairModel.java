package io.jgpt.tokenizer;

import java.util.Arrays;

/** Vocabulary and merges of a byte-level BPE. Safe for use by any number of threads. */
final class BytePairModel {

  private static final byte UNKNOWN = 0;
  private static final byte ITSELF = 1;
  private static final byte OTHERWISE = 2;

  private final TokenTable tokens;
  private final MergeTable merges;
  private final int[] byteIds = new int[256];

  /**
   * Per id: does the encoding of the token's bytes give the token? Worked out when first asked, as
   * doing so for a whole vocabulary would dominate loading. Threads may race: all write the same.
   */
  private final byte[] whole;

  BytePairModel(TokenTable tokens, MergeTable merges) {
    this.tokens = tokens;
    this.merges = merges;
    byte[] one = new byte[1];
    for (int b = 0; b < 256; b++) {
      one[0] = (byte) b;
      byteIds[b] = tokens.find(one, 0, 1);
    }
    whole = new byte[tokens.size()];
  }

  TokenTable tokens() {
    return tokens;
  }

  MergeTable merges() {
    return merges;
  }

  /** The token that these bytes encode to if it is a single one, else -1. */
  int wholeToken(byte[] bytes, int from, int to) {
    int id = tokens.find(bytes, from, to);
    if (id < 0) {
      return -1;
    }
    if (whole[id] == UNKNOWN) {
      boolean itself = new BytePairEncoder(this).encodesToItself(bytes, from, to) == id;
      whole[id] = itself ? ITSELF : OTHERWISE;
    }
    return whole[id] == ITSELF ? id : -1;
  }

  /** Fills {@code ids} with the tokens of the single bytes; bytes without a token are left out. */
  int symbols(byte[] bytes, int from, int to, int[] ids) {
    int n = 0;
    for (int i = from; i < to; i++) {
      int id = byteIds[bytes[i] & 0xFF];
      if (id >= 0) {
        ids[n++] = id;
      }
    }
    return n;
  }

  @Override
  public String toString() {
    long missing = Arrays.stream(byteIds).filter(id -> id < 0).count();
    return "byte-level BPE, " + tokens.size() + " tokens, " + (256 - missing) + " of 256 bytes";
  }
}
