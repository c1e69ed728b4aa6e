package io.jgpt.scheduler;

import io.jgpt.engine.Batch;

/**
 * A request on its way through the engine: tokens that are to be appended to a sequence, and what
 * happens with the logits. Prefill and decoding are one thing here: append what is known and not
 * yet appended; a decoding completion knows one token more after each step.
 *
 * <p>All methods but {@link #cancel} are the scheduler's thread's.
 */
public abstract sealed class Job permits Completion, Scoring {

  private final CachedSequence sequence;
  private final boolean keepsSequence;
  private volatile boolean cancelled;

  /**
   * @param keepsSequence whether the sequence goes on holding its memory after the job
   */
  Job(CachedSequence sequence, boolean keepsSequence) {
    this.sequence = sequence;
    this.keepsSequence = keepsSequence;
  }

  /** Ends the job before the next step; from any thread. No effect on one that has ended. */
  public final void cancel() {
    cancelled = true;
  }

  final boolean cancelled() {
    return cancelled || sequence.closed();
  }

  final CachedSequence sequence() {
    return sequence;
  }

  final boolean keepsSequence() {
    return keepsSequence;
  }

  /** Tokens of the sequence that are known so far, from its start. */
  abstract int[] tokens();

  /** How many there are. */
  abstract int known();

  /** Tokens to append before the job can go on; at least 1 while it runs. */
  final int pending() {
    return known() - sequence.kv().length();
  }

  /** The sequence is open: find out what it holds already. */
  abstract void start();

  /** Adds at most {@code room} tokens to the batch; returns how many. */
  abstract int join(Batch batch, int room);

  /**
   * The tokens that joined the batch are appended, their logits computed.
   *
   * @return true if the job is done
   */
  abstract boolean advance();

  /** The job is done, or was cancelled before. */
  abstract void end();

  abstract void fail(RuntimeException reason);
}
