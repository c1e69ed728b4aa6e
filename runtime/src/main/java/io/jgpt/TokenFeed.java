package io.jgpt;

import io.jgpt.sampling.RawLogprobs;
import io.jgpt.sampling.Sampling;
import io.jgpt.scheduler.CompletionListener;
import io.jgpt.scheduler.Ending;
import io.jgpt.tokenizer.TokenStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Takes tokens from the scheduler's thread, makes events of them and keeps these for the thread
 * that reads. It never makes the scheduler wait: there is room for every token of the completion.
 */
final class TokenFeed implements CompletionListener {

  // The scheduler's thread alone.
  private final int[] endOfText;
  private final Optional<TokenStream> stream;
  private final StopTexts stops;
  private final Optional<RawLogprobs> logprobs;
  private final int[] top;

  // Under this object's monitor.
  private final Token[] tokens;
  private int count;
  private int read;
  private Optional<FinishReason> ending = Optional.empty();
  private Optional<RuntimeException> failure = Optional.empty();
  private Optional<FinishReason> reason = Optional.empty(); // as the reader sees it
  private int reused;
  private final long askedAt = System.nanoTime();
  private long startedAt = askedAt;
  private long firstAt = askedAt;
  private long lastAt = askedAt;

  /**
   * @param maxTokens most tokens that will come
   * @param endOfText ids that end the text and are no part of it
   * @param stream turns ids into text; without one all texts are empty
   */
  TokenFeed(
      Sampling sampling,
      int maxTokens,
      int vocabSize,
      int[] endOfText,
      Optional<TokenStream> stream) {
    this.endOfText = endOfText;
    this.stream = stream;
    stops = new StopTexts(sampling.stop());
    boolean wanted = sampling.logprobs() > Sampling.NO_LOGPROBS;
    logprobs = wanted ? Optional.of(new RawLogprobs(vocabSize)) : Optional.empty();
    top = new int[Math.clamp(sampling.logprobs(), 0, vocabSize)];
    tokens = new Token[maxTokens];
  }

  @Override
  public synchronized void started(int reused) {
    this.reused = reused;
    startedAt = System.nanoTime();
  }

  @Override
  public boolean token(int id, float[] logits, boolean last) {
    String text = stream.isPresent() ? text(stream.get(), id, last) : "";
    append(
        new Token(
            id, text, logprobs.isPresent() ? Optional.of(rate(id, logits)) : Optional.empty()));
    return !stops.found();
  }

  private String text(TokenStream stream, int id, boolean last) {
    String text = endsText(id) ? "" : stops.push(stream.push(id));
    if (!last) {
      return text;
    }
    return text + stops.push(stream.finish()) + stops.finish();
  }

  private boolean endsText(int id) {
    for (int end : endOfText) {
      if (id == end) {
        return true;
      }
    }
    return false;
  }

  private Logprobs rate(int id, float[] logits) {
    double logSum = RawLogprobs.logSumExp(logits, 0, logits.length);
    logprobs.orElseThrow().mostProbable(logits, top);
    List<Logprobs.Candidate> candidates = new ArrayList<>(top.length);
    for (int candidate : top) {
      candidates.add(new Logprobs.Candidate(candidate, logits[candidate] - logSum));
    }
    return new Logprobs(logits[id] - logSum, candidates);
  }

  private synchronized void append(Token token) {
    lastAt = System.nanoTime();
    if (count == 0) {
      firstAt = lastAt;
    }
    tokens[count++] = token;
    notifyAll();
  }

  @Override
  public synchronized void ended(Ending ending) {
    this.ending =
        Optional.of(
            switch (ending) {
              case STOP -> FinishReason.STOP;
              case LENGTH -> FinishReason.LENGTH;
              case CANCELLED -> FinishReason.CANCELLED;
            });
    notifyAll();
  }

  @Override
  public synchronized void failed(RuntimeException reason) {
    failure = Optional.of(reason);
    notifyAll();
  }

  /**
   * Waits for the next token; false if there is none.
   *
   * @throws InterruptedException if the thread is interrupted, also while tokens are there
   * @throws RuntimeException what made the generation fail
   */
  synchronized boolean await() throws InterruptedException {
    while (reason.isEmpty()) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (read < count) {
        return true;
      }
      if (failure.isPresent()) {
        throw failure.get();
      }
      reason = ending;
      if (reason.isEmpty()) {
        wait();
      }
    }
    return false;
  }

  /** The next token; one is there, as {@link #await} has said. */
  synchronized Token take() {
    return tokens[read++];
  }

  /** No token is handed out any more; no effect if all were. */
  synchronized void cancel() {
    if (reason.isEmpty()) {
      boolean allRead = ending.isPresent() && read == count;
      reason = allRead ? ending : Optional.of(FinishReason.CANCELLED);
      notifyAll();
    }
  }

  synchronized FinishReason reason() {
    return reason.orElseThrow();
  }

  /** The tokens handed out. */
  synchronized List<Token> taken() {
    return List.copyOf(Arrays.asList(tokens).subList(0, read));
  }

  synchronized Usage usage(int prompt, int truncated) {
    return new Usage(prompt, read, reused, truncated);
  }

  synchronized Timings timings(int prompt) {
    if (count == 0) {
      return new Timings(0, 0, 0, 0, 0);
    }
    return new Timings(
        (firstAt - askedAt) / 1e6,
        (firstAt - startedAt) / 1e6,
        (lastAt - firstAt) / 1e6,
        prompt - reused,
        count - 1);
  }
}
