package io.jgpt.sampling.grammar;

import io.jgpt.sampling.TokenConstraint;
import java.util.Arrays;
import java.util.TreeMap;

/**
 * What may come in one state and context: the tokens, in groups by how many more complete the text
 * after them. With enough tokens left the mask is that of all; with fewer it is put together of the
 * groups that still can be completed. Immutable.
 */
final class MaskRow {

  private final long[] all;
  private final long[] ends;
  private final boolean mayEnd;
  private final int[] least;
  private final int[] counts;
  private final int[][] ids;
  private final long[][] bits;
  private final int forced;
  private final int forcedLeast;

  private MaskRow(Builder builder, long[] ends, boolean mayEnd, int forced, int forcedLeast) {
    this.ends = ends;
    this.mayEnd = mayEnd;
    this.forced = forced;
    this.forcedLeast = forcedLeast;
    int groups = builder.groups.size();
    least = new int[groups];
    counts = new int[groups];
    ids = new int[groups][];
    bits = new long[groups][];
    all = ends.clone();
    int group = 0;
    for (var entry : builder.groups.entrySet()) {
      int[] members = entry.getValue().toArray();
      least[group] = entry.getKey();
      counts[group] = members.length;
      for (int id : members) {
        set(all, id);
      }
      // The smaller of the two.
      if (2 * ends.length < members.length) {
        bits[group] = new long[ends.length];
        ids[group] = new int[0];
        for (int id : members) {
          set(bits[group], id);
        }
      } else {
        bits[group] = new long[0];
        ids[group] = members;
      }
      group++;
    }
  }

  private static void set(long[] mask, int id) {
    mask[id >> 6] |= 1L << id;
  }

  /** Bytes of memory, about. */
  long bytes() {
    long words = all.length;
    for (int group = 0; group < least.length; group++) {
      words += 8 + bits[group].length + ids[group].length / 2;
    }
    return 8 * words;
  }

  /**
   * The tokens after which the text can still be completed, and the ends of the text where it may
   * end.
   *
   * @param remaining tokens that may come, this one included; at least 1
   * @param scratch the result unless all tokens are in it; as long as a mask
   */
  long[] mask(int remaining, long[] scratch) {
    int groups = groups(remaining);
    if (groups == least.length) {
      return all;
    }
    System.arraycopy(ends, 0, scratch, 0, ends.length);
    for (int group = 0; group < groups; group++) {
      for (int word = 0; word < bits[group].length; word++) {
        scratch[word] |= bits[group][word];
      }
      for (int id : ids[group]) {
        set(scratch, id);
      }
    }
    return scratch;
  }

  /** Groups that can be completed after one more token: the first ones. */
  private int groups(int remaining) {
    int groups = least.length;
    while (groups > 0 && least[groups - 1] > remaining - 1) {
      groups--;
    }
    return groups;
  }

  /** True if some token, other than an end of the text, may come. */
  boolean hasNext(int remaining) {
    return groups(remaining) > 0;
  }

  /** The token that must come, or {@link TokenConstraint#NOT_FORCED}. */
  int forced(int remaining) {
    int groups = groups(remaining);
    if (groups == 1 && counts[0] == 1 && !mayEnd) {
      return ids[0][0];
    }
    return forced >= 0 && forcedLeast <= remaining - 1 ? forced : TokenConstraint.NOT_FORCED;
  }

  /** Collects the tokens of a row. */
  static final class Builder {
    private final TreeMap<Integer, Ids> groups = new TreeMap<>();
    private int deepest = -1;
    private int deepestLength;
    private int deepestLeast;

    /**
     * Adds a token that may come.
     *
     * @param length its bytes
     * @param least tokens that complete the text after it
     */
    void add(int id, int length, int least) {
      groups.computeIfAbsent(least, key -> new Ids()).add(id);
      if (length > deepestLength) {
        deepest = id;
        deepestLength = length;
        deepestLeast = least;
      }
    }

    /**
     * @param ends mask of the tokens that end the text here
     * @param mayEnd whether the text may end here
     * @param forcedBytes how many bytes must come next, whatever their tokens
     */
    MaskRow build(long[] ends, boolean mayEnd, int forcedBytes) {
      // All tokens spell a part of those bytes: the longest gets on fastest. One that goes on
      // behind them may be what the model would say, and then the model is asked.
      boolean chain = deepest >= 0 && deepestLength <= forcedBytes;
      return new MaskRow(this, ends, mayEnd, chain ? deepest : -1, deepestLeast);
    }
  }

  /** A growing list. */
  private static final class Ids {
    private int[] ids = new int[4];
    private int size;

    void add(int id) {
      if (size == ids.length) {
        ids = Arrays.copyOf(ids, 2 * size);
      }
      ids[size++] = id;
    }

    int[] toArray() {
      return Arrays.copyOf(ids, size);
    }
  }
}
