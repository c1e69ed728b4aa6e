package io.jgpt.engine.cuda;

import io.jgpt.engine.KvSequence;

/** A sequence's keys and values as pages of the pool: page i holds the tokens from 32 i on. */
final class PagedSequence implements KvSequence {

  private final KvPages pool;
  private final int capacity;
  private final int[] pages;
  private int held;
  private int length;
  private boolean closed;

  /** Made by {@link KvPages#open}, which has reserved the pages. */
  PagedSequence(KvPages pool, int capacity) {
    this.pool = pool;
    this.capacity = capacity;
    this.pages = new int[KvPages.pagesFor(capacity)];
  }

  @Override
  public int length() {
    requireOpen();
    return length;
  }

  @Override
  public int capacity() {
    return capacity;
  }

  @Override
  public void truncate(int length) {
    requireOpen();
    if (length < 0 || length > this.length) {
      throw new IllegalArgumentException("truncate to " + length + ", length " + this.length);
    }
    this.length = length;
    returnUnused();
  }

  /** Takes the pages that {@code tokens} more will lie in; at most up to the capacity. */
  void makeRoom(int tokens) {
    int needed = KvPages.pagesFor(length + tokens);
    while (held < needed) {
      pages[held++] = pool.take();
    }
  }

  /** Called when a forward step is complete. */
  void grow(int tokens) {
    length += tokens;
  }

  /** Gives back the pages that hold no token: what {@link #makeRoom} took, if the step failed. */
  void returnUnused() {
    int needed = KvPages.pagesFor(length);
    while (held > needed) {
      pool.giveBack(pages[--held]);
    }
  }

  /** How many pages it has. */
  int pages() {
    return held;
  }

  /** Where in the pool page {@code i} is. */
  int page(int i) {
    return pages[i];
  }

  boolean isOf(KvPages pool) {
    return this.pool.equals(pool);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the sequence is closed");
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    length = 0;
    returnUnused();
    pool.forget(this);
  }
}
