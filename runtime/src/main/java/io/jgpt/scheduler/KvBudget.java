package io.jgpt.scheduler;

import io.jgpt.engine.Engine;
import io.jgpt.error.DeviceException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which sequences hold keys and values, and how many tokens' worth in all. A sequence counts with
 * its capacity. Where there is no room, idle sequences give up theirs, the longest unused first.
 */
final class KvBudget {

  private final Engine engine;
  private final long maxTokens;
  private final List<CachedSequence> holding = new ArrayList<>();
  private long held;

  KvBudget(Engine engine, long maxTokens) {
    this.engine = engine;
    this.maxTokens = maxTokens;
  }

  /**
   * Opens the sequence unless it is open.
   *
   * @return false if there will be room once a busy sequence has ended
   * @throws DeviceException if there will be none even then
   */
  boolean open(CachedSequence sequence) {
    if (sequence.holdsMemory()) {
      return true;
    }
    if (sequence.capacity() > maxTokens) {
      throw new DeviceException("scheduler.kv", sequence.capacity(), maxTokens);
    }
    while (held + sequence.capacity() > maxTokens) {
      if (!evictIdle()) {
        return false;
      }
    }
    while (true) {
      try {
        sequence.open(engine);
        held += sequence.capacity();
        holding.add(sequence);
        return true;
      } catch (DeviceException e) {
        if (!evictIdle()) {
          if (holding.isEmpty()) {
            throw e;
          }
          return false;
        }
      }
    }
  }

  private boolean evictIdle() {
    Optional<CachedSequence> oldest =
        holding.stream()
            .filter(sequence -> !sequence.busy())
            .min(Comparator.comparingLong(CachedSequence::lastUse));
    oldest.ifPresent(this::release);
    return oldest.isPresent();
  }

  void release(CachedSequence sequence) {
    if (sequence.holdsMemory()) {
      held -= sequence.capacity();
      holding.remove(sequence);
      sequence.release();
    }
  }

  /** Tokens that the open sequences may hold. */
  long held() {
    return held;
  }
}
