package io.jgpt.scheduler;

import io.jgpt.engine.Batch;
import io.jgpt.sampling.TokenSampler;
import java.util.Arrays;
import java.util.Optional;

/** Continues a prompt, token by token. */
public final class Completion extends Job {

  /**
   * What to complete.
   *
   * @param prompt at least one id, all inside the vocabulary; at most the sequence's capacity
   * @param maxTokens most tokens to generate; the sequence holds all of them but the last
   * @param sampler draws them, or says how
   * @param endOfText ids that end the text
   * @param wantsLogits whether the listener is shown the logits; without, the engine may draw
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  public record Request(
      int[] prompt, int maxTokens, TokenSampler sampler, int[] endOfText, boolean wantsLogits) {}

  private static final float[] NO_LOGITS = {};

  private final Request request;
  private final CompletionListener listener;
  private final TokenDraw.Kinds kinds;
  private final int limit;
  // Taken when the completion starts: many may wait.
  private Optional<TokenDraw> draw = Optional.empty();
  private int[] tokens;
  private int known;
  private boolean complete;
  private Ending ending = Ending.CANCELLED;

  Completion(
      CachedSequence sequence,
      boolean keepsSequence,
      Request request,
      CompletionListener listener,
      TokenDraw.Kinds kinds) {
    super(sequence, keepsSequence);
    this.request = request;
    this.listener = listener;
    this.kinds = kinds;
    known = request.prompt().length;
    limit = known + request.maxTokens();
    tokens = request.prompt();
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
    draw = Optional.of(kinds.of(request.sampler(), request.wantsLogits()));
    listener.started(sequence().keepPrefix(request.prompt()));
  }

  @Override
  int join(Batch batch, int room) {
    int from = sequence().kv().length();
    int count = Math.min(known - from, room);
    boolean all = from + count == known;
    complete = all && request.sampler().isComplete();
    if (all && !complete) {
      draw.orElseThrow().join(batch, sequence().kv(), tokens, from, count);
    } else {
      batch.add(sequence().kv(), tokens, from, count, Batch.Logits.NONE, NO_LOGITS);
    }
    return count;
  }

  @Override
  boolean advance() {
    return pending() == 0 && next();
  }

  /** Takes the token drawn; true if none follows. */
  private boolean next() {
    if (complete) {
      ending = Ending.STOP;
      return true;
    }
    TokenSampler sampler = request.sampler();
    TokenDraw drawn = draw.orElseThrow();
    int id = drawn.token();
    tokens[known++] = id;
    boolean stopped = endsText(id);
    if (!stopped) {
      sampler.accept(id);
      stopped = sampler.isComplete();
    }
    boolean last = stopped || known == limit;
    float[] shown = request.wantsLogits() ? drawn.logits() : NO_LOGITS;
    stopped |= !listener.token(id, shown, last);
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
