package io.jgpt;

import java.util.Iterator;

/**
 * A completion as it comes. Reading it waits for the next token; it advances by itself, read or
 * not, and ends by itself.
 *
 * <p>One thread reads; any thread may {@link #cancel}. An interrupt of the reading thread cancels
 * too, and stays set. After either no further token comes. Everything but {@link #iterator}, {@link
 * #seed} and {@link #cancel} waits for the end.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class Generation implements Iterable<Token>, AutoCloseable {

  Generation() {}

  /**
   * The tokens not read yet; all iterators share one position. {@code hasNext} waits; it throws
   * what made the generation fail.
   */
  @Override
  public Iterator<Token> iterator() {
    throw new UnsupportedOperationException();
  }

  /** Ends the generation: no token is handed out any more. No effect once it has ended. */
  public void cancel() {
    throw new UnsupportedOperationException();
  }

  /** The seed that the tokens are drawn with; the same one gives the same tokens. */
  public long seed() {
    throw new UnsupportedOperationException();
  }

  /** The whole completion, without end-of-text and stop texts. */
  public String text() {
    throw new UnsupportedOperationException();
  }

  /** All tokens handed out, a final end-of-text and those of a stop text included. */
  public int[] ids() {
    throw new UnsupportedOperationException();
  }

  public FinishReason finishReason() {
    throw new UnsupportedOperationException();
  }

  public Usage usage() {
    throw new UnsupportedOperationException();
  }

  public Timings timings() {
    throw new UnsupportedOperationException();
  }

  /** As {@link #cancel}. */
  @Override
  public void close() {
    cancel();
  }
}
