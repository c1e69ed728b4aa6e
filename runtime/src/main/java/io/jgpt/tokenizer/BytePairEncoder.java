package io.jgpt.tokenizer;

import java.util.Arrays;

/**
 * Byte-pair encoding of one piece: starts from single bytes and, until none is left, merges the
 * adjacent pair of lowest rank, leftmost first.
 *
 * <p>Short pieces, nearly all of them, scan for the lowest rank anew after each merge; long ones
 * keep the pairs in a heap, so that n bytes take O(n log n) whatever they are. Holds working
 * memory: one thread at a time.
 */
final class BytePairEncoder implements PieceSink {

  /** Longest piece for the quadratic scan, in bytes: about where the heap becomes the faster. */
  private static final int SCAN_LIMIT = 96;

  private final BytePairModel model;
  private final IdList out;
  private byte[] utf8 = new byte[SCAN_LIMIT];
  private final int[] symbols = new int[SCAN_LIMIT];
  private final int[] ranks = new int[SCAN_LIMIT];

  /** Appends the ids of the pieces to {@code out}. */
  BytePairEncoder(BytePairModel model, IdList out) {
    this.model = model;
    this.out = out;
  }

  @Override
  public void accept(String text, int from, int to) {
    if (utf8.length < 3L * (to - from)) {
      utf8 = new byte[Math.toIntExact(3L * (to - from))];
    }
    int n = Utf8.put(text, from, to, utf8);
    int id = model.tokens().find(utf8, 0, n);
    if (id < 0) {
      merge(n);
    } else if (model.isWhole(id)) {
      out.add(id);
    } else {
      int before = out.size();
      merge(n);
      if (out.size() == before + 1 && out.last() == id) {
        model.setWhole(id);
      }
    }
  }

  private void merge(int n) {
    if (n <= SCAN_LIMIT) {
      int count = mergeByScan(model.symbols(utf8, n, symbols));
      for (int i = 0; i < count; i++) {
        out.add(symbols[i]);
      }
    } else {
      int[] many = new int[n];
      mergeByHeap(many, model.symbols(utf8, n, many));
    }
  }

  private int mergeByScan(int count) {
    int n = count;
    MergeTable merges = model.merges();
    for (int i = 0; i + 1 < n; i++) {
      ranks[i] = merges.rank(symbols[i], symbols[i + 1]);
    }
    while (n > 1) {
      int best = 0;
      for (int i = 1; i < n - 1; i++) {
        if (ranks[i] < ranks[best]) {
          best = i;
        }
      }
      if (ranks[best] == Integer.MAX_VALUE) {
        break;
      }
      symbols[best] = merges.merged(ranks[best]);
      n--;
      System.arraycopy(symbols, best + 2, symbols, best + 1, n - best - 1);
      System.arraycopy(ranks, best + 1, ranks, best, n - best - 1);
      if (best > 0) {
        ranks[best - 1] = merges.rank(symbols[best - 1], symbols[best]);
      }
      if (best < n - 1) {
        ranks[best] = merges.rank(symbols[best], symbols[best + 1]);
      }
    }
    return n;
  }

  /**
   * The symbols as a doubly linked list, the pairs in a heap by (rank, position of the left one). A
   * pair that a neighbouring merge has changed stays in the heap and is passed over when it comes
   * up: its rank is no longer that of the pair at its position.
   */
  private void mergeByHeap(int[] ids, int count) {
    MergeTable merges = model.merges();
    int[] next = new int[count];
    int[] previous = new int[count];
    var heap = new PairHeap(count);
    for (int i = 0; i < count; i++) {
      next[i] = i + 1;
      previous[i] = i - 1;
      if (i + 1 < count) {
        heap.add(merges.rank(ids[i], ids[i + 1]), i);
      }
    }
    while (!heap.isEmpty()) {
      long pair = heap.poll();
      int left = PairHeap.position(pair);
      int right = ids[left] < 0 ? count : next[left];
      if (right == count || merges.rank(ids[left], ids[right]) != PairHeap.rank(pair)) {
        continue;
      }
      ids[left] = merges.merged(PairHeap.rank(pair));
      ids[right] = -1;
      next[left] = next[right];
      if (next[left] < count) {
        previous[next[left]] = left;
        heap.add(merges.rank(ids[left], ids[next[left]]), left);
      }
      if (previous[left] >= 0) {
        heap.add(merges.rank(ids[previous[left]], ids[left]), previous[left]);
      }
    }
    for (int i = 0; i < count; i = next[i]) {
      out.add(ids[i]);
    }
  }

  /** A binary heap of pairs, each a long: rank above, position below. */
  private static final class PairHeap {

    private long[] pairs;
    private int size;

    PairHeap(int capacity) {
      pairs = new long[Math.max(4, capacity)];
    }

    static int rank(long pair) {
      return (int) (pair >>> 32);
    }

    static int position(long pair) {
      return (int) pair;
    }

    boolean isEmpty() {
      return size == 0;
    }

    /** Adds a pair, unless it does not merge. */
    void add(int rank, int position) {
      if (rank == Integer.MAX_VALUE) {
        return;
      }
      if (size == pairs.length) {
        pairs = Arrays.copyOf(pairs, 2 * size);
      }
      long pair = ((long) rank << 32) | position;
      int at = size++;
      while (at > 0 && pairs[(at - 1) >> 1] > pair) {
        pairs[at] = pairs[(at - 1) >> 1];
        at = (at - 1) >> 1;
      }
      pairs[at] = pair;
    }

    long poll() {
      long top = pairs[0];
      long last = pairs[--size];
      int at = 0;
      for (int child = 1; child < size; child = 2 * at + 1) {
        if (child + 1 < size && pairs[child + 1] < pairs[child]) {
          child++;
        }
        if (pairs[child] >= last) {
          break;
        }
        pairs[at] = pairs[child];
        at = child;
      }
      pairs[at] = last;
      return top;
    }
  }
}
