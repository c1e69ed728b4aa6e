package io.jgpt.scheduler;

/**
 * Hears of a completion. Called by the scheduler's thread, which every other request waits for: it
 * must be quick and must not block. What it throws fails its completion and no other; what it
 * throws when it is told of the end goes to that thread's handler of uncaught exceptions.
 *
 * <p>Once {@link #started}, then {@link #token} for each token, then once {@link #ended} or {@link
 * #failed}; a completion that never started only ends or fails.
 */
public interface CompletionListener {

  /**
   * The first step is next.
   *
   * @param reused tokens of the prompt whose keys and values were still held
   */
  void started(int reused);

  /**
   * A token was drawn.
   *
   * @param logits [V], raw, that it was drawn from, if the request wants them, else empty; valid
   *     during the call, not to be changed
   * @param last true if no other follows, whatever is returned
   * @return false to end with {@link Ending#STOP}
   */
  boolean token(int id, float[] logits, boolean last);

  void ended(Ending ending);

  void failed(RuntimeException reason);
}
