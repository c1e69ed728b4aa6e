package io.jgpt;

import io.jgpt.scheduler.Completion;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.stream.Collectors;

/**
 * A completion as it comes. It advances by itself, read or not, and ends by itself; reading waits
 * for the next token.
 *
 * <p>One thread reads; any thread may {@link #cancel}. An interrupt of the reading thread cancels
 * too, and stays set. No token comes after either. {@link #text}, {@link #ids}, {@link
 * #finishReason}, {@link #usage} and {@link #timings} read to the end first; what makes the
 * generation fail is thrown by whatever reads.
 */
public final class Generation implements Iterable<Token>, AutoCloseable {

  private final TokenFeed feed;
  private final Completion completion;
  private final int promptTokens;
  private final int truncated;
  private final long seed;

  Generation(PreparedPrompt prompt, Completion completion) {
    this.feed = prompt.feed();
    this.completion = completion;
    this.promptTokens = prompt.request().prompt().length;
    this.truncated = prompt.truncated();
    this.seed = prompt.seed();
  }

  /** The tokens not read yet; all iterators share one position. */
  @Override
  public Iterator<Token> iterator() {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return await();
      }

      @Override
      public Token next() {
        if (!await()) {
          throw new NoSuchElementException("the generation has ended");
        }
        return feed.take();
      }
    };
  }

  private boolean await() {
    try {
      return feed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      cancel();
      return false;
    }
  }

  private void readToEnd() {
    while (await()) {
      feed.take();
    }
  }

  /** Ends the generation: no token is handed out any more. No effect once it has ended. */
  public void cancel() {
    feed.cancel();
    completion.cancel();
  }

  /** The seed that the tokens are drawn with; the same one gives the same tokens. */
  public long seed() {
    return seed;
  }

  /** The whole completion, without end-of-text and stop texts. */
  public String text() {
    readToEnd();
    return feed.taken().stream().map(Token::text).collect(Collectors.joining());
  }

  /** All tokens handed out, a final end-of-text and those of a stop text included. */
  public int[] ids() {
    readToEnd();
    return feed.taken().stream().mapToInt(Token::id).toArray();
  }

  /** Why the generation ended. */
  public FinishReason finishReason() {
    readToEnd();
    return feed.reason();
  }

  /** What it took. */
  public Usage usage() {
    readToEnd();
    return feed.usage(promptTokens, truncated);
  }

  /** How long it took. */
  public Timings timings() {
    readToEnd();
    return feed.timings(promptTokens);
  }

  /** As {@link #cancel}. */
  @Override
  public void close() {
    cancel();
  }
}
