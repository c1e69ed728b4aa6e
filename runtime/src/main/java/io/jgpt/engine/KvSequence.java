package io.jgpt.engine;

/**
 * One sequence's keys and values in an engine. Made by {@link Engine#newSequence}; used only by the
 * thread that drives the engine; closing returns the memory.
 */
public interface KvSequence extends AutoCloseable {

  /** Number of tokens whose keys and values are held. */
  int length();

  /** Most tokens that it can hold. */
  int capacity();

  /** Forgets all tokens from position {@code length} on; {@code 0 <= length <= length()}. */
  void truncate(int length);

  /** Returns the memory; idempotent. */
  @Override
  void close();
}
