package io.jgpt.engine.cpu;

import io.jgpt.engine.KvSequence;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A sequence's keys and values in one block:
 *
 * <pre>
 *   float32 [L][2][NH][capacity][HS]: per layer keys, then values
 * </pre>
 *
 * <p>What stands at positions from {@code length} on has no meaning and is never read.
 */
final class CpuSequence implements KvSequence {

  private final CpuEngine engine;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment kv;
  private final int capacity;
  private int length;
  private int touched;

  CpuSequence(CpuEngine engine, NativeMemory memory, long bytesPerToken, int capacity) {
    this.engine = engine;
    this.capacity = capacity;
    try {
      this.kv = memory.allocate("KV cache", bytesPerToken * capacity, arena);
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
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
  }

  /** Called when a forward step is complete. */
  void grow(int tokens) {
    length += tokens;
    touched = Math.max(touched, length);
  }

  MemorySegment kv() {
    return kv;
  }

  /** Tokens whose memory the system has promised but not yet given. */
  int untouched() {
    return capacity - touched;
  }

  boolean belongsTo(CpuEngine engine) {
    return this.engine == engine;
  }

  void requireOpen() {
    if (!arena.scope().isAlive()) {
      throw new IllegalStateException("the sequence is closed");
    }
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      engine.forget(this);
      arena.close();
    }
  }
}
