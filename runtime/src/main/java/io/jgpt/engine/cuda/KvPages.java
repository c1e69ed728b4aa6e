package io.jgpt.engine.cuda;

import io.jgpt.engine.KvSequence;
import io.jgpt.engine.cuda.kernel.AttentionKernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whose the pages of the KV pool are. A page holds {@link #PAGE_TOKENS} tokens of one sequence, all
 * layers; what lies where in it is the kernels' matter:
 *
 * <pre>
 *   pool   [P][L][2][NH][32][HS]    element type of the weights
 *          P pages; in each, per layer, keys and then values
 * </pre>
 *
 * <p>A sequence reserves as many pages as its capacity takes when it is opened, so that it can
 * always grow to it; which ones they are is settled as it grows. Belongs to the engine's thread.
 */
final class KvPages {

  static final int PAGE_TOKENS = AttentionKernels.PAGE_TOKENS;

  private final int[] free; // the next one last
  private final List<PagedSequence> open = new ArrayList<>();
  private int freeCount;
  private int unreserved;

  /**
   * @param order all pages, in the order in which they are handed out at first
   */
  KvPages(int[] order) {
    free = new int[order.length];
    for (int page : order) {
      free[order.length - ++freeCount] = page;
    }
    unreserved = order.length;
  }

  /** Pages that {@code tokens} tokens of one sequence take. */
  static int pagesFor(int tokens) {
    return Math.ceilDiv(tokens, PAGE_TOKENS);
  }

  /** P. */
  int total() {
    return free.length;
  }

  /** Pages that no open sequence has a claim to. */
  int unreserved() {
    return unreserved;
  }

  /** A sequence that can grow to {@code capacity} tokens, if there are pages for as many. */
  Optional<PagedSequence> open(int capacity) {
    int pages = pagesFor(capacity);
    if (pages > unreserved) {
      return Optional.empty();
    }
    unreserved -= pages;
    var sequence = new PagedSequence(this, capacity);
    open.add(sequence);
    return Optional.of(sequence);
  }

  /** True if the sequence was opened here; it may be closed. */
  boolean owns(KvSequence sequence) {
    return sequence instanceof PagedSequence paged && paged.isOf(this);
  }

  /** A page of those that a sequence has reserved. */
  int take() {
    return free[--freeCount];
  }

  /** The page will be the next one to be taken: it may still be in a cache. */
  void giveBack(int page) {
    free[freeCount++] = page;
  }

  /** Called by a sequence that closes, when it has given back its pages. */
  void forget(PagedSequence sequence) {
    unreserved += pagesFor(sequence.capacity());
    open.remove(sequence);
  }

  /** Closes the sequences that are still open. */
  void closeAll() {
    List.copyOf(open).forEach(PagedSequence::close);
  }
}
