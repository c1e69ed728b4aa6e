package io.jgpt.engine;

import java.util.Objects;
import java.util.function.Predicate;

/**
 * What every engine demands of a batch before it touches it: native code and kernels trust all of
 * this. A step that passes allocates nothing.
 */
public final class BatchCheck {

  private final Engine engine;
  private final Predicate<KvSequence> own;

  /**
   * @param own whether a sequence is one of the engine's
   */
  public BatchCheck(Engine engine, Predicate<KvSequence> own) {
    this.engine = engine;
    this.own = own;
  }

  /**
   * Returns if {@link Engine#forward} may run the batch.
   *
   * @throws IllegalArgumentException if it has too many tokens, or a slot has none, goes past its
   *     sequence's capacity, has a sequence of another engine or slot, or wants a draw of an engine
   *     that draws none
   * @throws IndexOutOfBoundsException if a token is outside the vocabulary, or an array of logits
   *     too short
   * @throws IllegalStateException if a sequence is closed
   */
  public void require(Batch batch) {
    int maxTokens = engine.maxBatchTokens();
    if (batch.totalTokens() > maxTokens) {
      throw new IllegalArgumentException(
          "batch of " + batch.totalTokens() + " tokens, at most " + maxTokens);
    }
    for (int slot = 0; slot < batch.slots(); slot++) {
      requireSequence(batch, slot);
      for (int i = 0; i < batch.count(slot); i++) {
        Objects.checkIndex(batch.token(slot, i), engine.vocabSize());
      }
      requireRoom(batch, slot);
    }
  }

  private void requireRoom(Batch batch, int slot) {
    if (batch.wanted(slot) == Batch.Logits.DRAW && !engine.drawsTokens()) {
      throw new IllegalArgumentException("slot " + slot + ": this engine draws none");
    }
    int rows = batch.rowsOfLogits(slot);
    if (rows > 0) {
      long floats = (long) rows * engine.vocabSize();
      Objects.checkFromIndexSize(0L, floats, batch.logits(slot).length);
    }
  }

  private void requireSequence(Batch batch, int slot) {
    KvSequence sequence = batch.sequence(slot);
    if (!own.test(sequence)) {
      throw new IllegalArgumentException("slot " + slot + ": a sequence of another engine");
    }
    int count = batch.count(slot);
    if (count < 1 || count > sequence.capacity() - sequence.length()) {
      throw new IllegalArgumentException(
          "slot %d: %d tokens after %d, capacity %d"
              .formatted(slot, count, sequence.length(), sequence.capacity()));
    }
    for (int other = 0; other < slot; other++) {
      if (batch.sequence(other).equals(sequence)) {
        throw new IllegalArgumentException("slots " + other + ", " + slot + ": one sequence");
      }
    }
  }
}
