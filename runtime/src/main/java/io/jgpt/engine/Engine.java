package io.jgpt.engine;

/**
 * A decoder on a device. It knows tokens, sequences and logits, and may draw from these by plain
 * numbers; it knows neither text nor sampling options nor what family of model it runs.
 *
 * <p>Threads: one owner thread drives an engine ({@link #forward}, sequences); {@link #info} may be
 * called from any thread. The scheduler is that owner.
 */
public interface Engine extends AutoCloseable {

  EngineInfo info();

  /** V: length of a row of logits. */
  int vocabSize();

  /** Most tokens that one sequence can hold. */
  int contextLength();

  /** Most tokens ({@link Batch#totalTokens}) that one {@link #forward} takes. */
  int maxBatchTokens();

  /**
   * Most tokens that all sequences together may be given room for, at least {@link #contextLength}.
   * Less may fit: {@link #newSequence} knows what is free.
   */
  long maxKvTokens();

  /**
   * True if {@link #forward} takes slots with {@link Batch.Logits#DRAW}: the token is drawn where
   * the logits are, and only its id comes back. Otherwise such a slot is an {@link
   * IllegalArgumentException}.
   */
  default boolean drawsTokens() {
    return false;
  }

  /**
   * A sequence of length 0 that may grow to {@code capacity} tokens.
   *
   * @throws io.jgpt.error.DeviceException if the keys and values do not fit into memory
   */
  KvSequence newSequence(int capacity);

  /**
   * Appends each slot's tokens to its sequence and writes the wanted logits (raw: before any
   * sampling option), or draws the wanted tokens. A draw without a token is an answer of its slot
   * ({@link Draw#noToken}, {@link Draw#badLogit}) and no failure of the step.
   *
   * <p>Token ids are in {@code [0, vocabSize())} and no sequence grows past its capacity; the
   * caller has seen to both. If this throws, the sequences of the batch are as long as before.
   */
  void forward(Batch batch);

  /**
   * Bytes per second that this engine reads from its memory, measured now: the roof of decoding at
   * batch 1. Takes well under a second. Called by the owner thread.
   */
  double readBandwidth();

  /** Returns all memory, that of sequences still open too; idempotent. */
  @Override
  void close();
}
