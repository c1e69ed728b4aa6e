package io.jgpt.agent.plan;

import io.jgpt.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/**
 * The tokens that can be a part of a number; of most vocabularies they are few, and only they are
 * looked at one by one. Immutable.
 */
final class NumberTokens {

  private static final int DIGITS_AND_POINT = 11;

  /** What any other token is to a number: its end. */
  private static final byte[] OTHER = {' '};

  private final byte[][] bytes;
  private final int[] ids;
  private final boolean spellsAll;
  private final long[] mask;

  /**
   * @param vocabulary V of the model
   */
  NumberTokens(Tokenizer tokenizer, int vocabulary) {
    bytes = new byte[vocabulary][];
    mask = new long[(vocabulary + 63) >> 6];
    List<Integer> found = new ArrayList<>();
    for (int id = 0; id < vocabulary; id++) {
      byte[] added = id < tokenizer.vocabSize() ? tokenizer.addedBytes(id, 0) : new byte[0];
      boolean isNumber = isOfNumber(added);
      bytes[id] = isNumber ? added : OTHER;
      if (isNumber) {
        found.add(id);
        mask[id >> 6] |= 1L << id;
      }
    }
    ids = found.stream().mapToInt(id -> id).toArray();
    long single =
        found.stream()
            .map(id -> bytes[id])
            .filter(b -> b.length == 1)
            .map(b -> b[0])
            .distinct()
            .count();
    spellsAll = single == DIGITS_AND_POINT;
  }

  /**
   * Whether there is a token for each digit and for the point: then every number can be written.
   */
  boolean spellAll() {
    return spellsAll;
  }

  private static boolean isOfNumber(byte[] bytes) {
    for (byte b : bytes) {
      if (b >= '0' && b <= '9') {
        return true;
      }
    }
    return bytes.length > 0 && bytes[0] == '.';
  }

  /** What a token adds to a number. Not to be changed. */
  byte[] bytes(int id) {
    return bytes[id];
  }

  /**
   * Takes from a mask what may not come next.
   *
   * @param left tokens that there will be room for behind the next one
   */
  void restrict(long[] allowed, NumberCopy numbers, int left) {
    if (!numbers.mayEnd()) {
      for (int i = 0; i < mask.length; i++) {
        allowed[i] &= mask[i];
      }
    }
    for (int id : ids) {
      if ((allowed[id >> 6] >>> id & 1) != 0 && !numbers.allows(bytes[id], left)) {
        allowed[id >> 6] &= ~(1L << id);
      }
    }
  }
}
