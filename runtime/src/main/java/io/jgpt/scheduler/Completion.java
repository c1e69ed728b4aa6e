package io.jgpt.scheduler;

import io.jgpt.engine.Batch;
import io.jgpt.sampling.Candidates;
import io.jgpt.sampling.TokenSampler;
import java.util.Arrays;

/** Continues a prompt, token by token. */
public final class Completion extends Job {

  /**
   * What to complete.
   *
   * @param prompt at least one id, all inside the vocabulary; at most the sequence's capacity
   * @param maxTokens most tokens to generate; the sequence holds all of them but the last
   * @param sampler draws them
   * @param endOfText ids that end the text
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  public record Request(int[] prompt, int maxTokens, TokenSampler sampler, int[] endOfText) {}

  private final Request request;
  private final CompletionListener listener;
  private final Candidates scratch;
  private final int vocabSize;
  private final int limit;
  // Taken when the completion starts: many may wait.
  private float[] logits = {};
  private int[] tokens;
  private int known;
  private Ending ending = Ending.CANCELLED;

  Completion(
      CachedSequence sequence,
      boolean keepsSequence,
      Request request,
      CompletionListener listener,
      Candidates scratch,
      int vocabSize) {
    super(sequence, keepsSequence);
    this.request = request;
    this.listener = listener;
    this.scratch = scratch;
    known = request.prompt().length;
    limit = known + request.maxTokens();
    tokens = request.prompt();
    this.vocabSize = vocabSize;
  }

  @Override
  int[] tokens() {
    return tokens;
  }

  @Override
  int known() {
    return known;
  }

  @Override
  void start() {
    tokens = Arrays.copyOf(request.prompt(), limit);
    logits = new float[vocabSize];
    listener.started(sequence().keepPrefix(request.prompt()));
  }

  @Override
  int join(Batch batch, int room) {
    int from = sequence().kv().length();
    int count = Math.min(known - from, room);
    var wanted = from + count == known ? Batch.Logits.LAST : Batch.Logits.NONE;
    batch.add(sequence().kv(), tokens, from, count, wanted, logits);
    return count;
  }

  @Override
  boolean advance() {
    return pending() == 0 && next();
  }

  /** Draws a token; true if none follows. */
  private boolean next() {
    TokenSampler sampler = request.sampler();
    if (sampler.isComplete()) {
      ending = Ending.STOP;
      return true;
    }
    int id = sampler.draw(logits, scratch);
    tokens[known++] = id;
    boolean stopped = endsText(id);
    if (!stopped) {
      sampler.accept(id);
      stopped = sampler.isComplete();
    }
    boolean last = stopped || known == limit;
    stopped |= !listener.token(id, logits, last);
    if (stopped || last) {
      ending = stopped ? Ending.STOP : Ending.LENGTH;
      return true;
    }
    return false;
  }

  private boolean endsText(int id) {
    for (int end : request.endOfText()) {
      if (id == end) {
        return true;
      }
    }
    return false;
  }

  @Override
  void end() {
    listener.ended(ending);
  }

  @Override
  void fail(RuntimeException reason) {
    listener.failed(reason);
  }
}
