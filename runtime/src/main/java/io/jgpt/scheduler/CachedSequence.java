package io.jgpt.scheduler;

import io.jgpt.engine.Engine;
import io.jgpt.engine.KvSequence;
import java.util.Optional;

/**
 * A context whose keys and values outlive a request, so that the next one computes only what is
 * new. They are a cache: under the budget's pressure those of an idle sequence are given up, and
 * the next request computes them again. Handed from request to request; all but the capacity
 * belongs to the scheduler's thread.
 */
public final class CachedSequence {

  private final int capacity;
  private final int[] tokens;
  private Optional<KvSequence> kv = Optional.empty();
  private int noted;
  private boolean busy;
  private boolean closed;
  private long lastUse;

  /**
   * A sequence that holds nothing yet.
   *
   * @param capacity most tokens it will hold
   */
  public CachedSequence(int capacity) {
    this.capacity = capacity;
    this.tokens = new int[capacity];
  }

  int capacity() {
    return capacity;
  }

  boolean holdsMemory() {
    return kv.isPresent();
  }

  void open(Engine engine) {
    kv = Optional.of(engine.newSequence(capacity));
  }

  /** Present while a request uses the sequence. */
  KvSequence kv() {
    return kv.orElseThrow();
  }

  /**
   * Keeps the longest common prefix of what is held and {@code prompt}, without the last token,
   * whose logits are wanted; returns its length.
   */
  int keepPrefix(int[] prompt) {
    int most = Math.min(kv().length(), prompt.length - 1);
    int common = 0;
    while (common < most && tokens[common] == prompt[common]) {
      common++;
    }
    kv().truncate(common);
    noted = common;
    return common;
  }

  /** Remembers the tokens appended since the last time. */
  void note(int[] known) {
    int length = kv().length();
    System.arraycopy(known, noted, tokens, noted, length - noted);
    noted = length;
  }

  /** Whatever closing them throws, the keys and values are not used again. */
  void release() {
    Optional<KvSequence> held = kv;
    kv = Optional.empty();
    noted = 0;
    held.ifPresent(KvSequence::close);
  }

  boolean busy() {
    return busy;
  }

  void busy(boolean busy) {
    this.busy = busy;
  }

  boolean closed() {
    return closed;
  }

  void markClosed() {
    closed = true;
  }

  long lastUse() {
    return lastUse;
  }

  void used(long now) {
    lastUse = now;
  }
}
