package io.jgpt.scheduler;

import static io.jgpt.sampling.TokenConstraint.NOT_FORCED;

import io.jgpt.engine.Batch;
import io.jgpt.sampling.TokenSampler;
import java.util.Arrays;
import java.util.Optional;

/**
 * Continues a prompt, token by token. Tokens that a constraint forces are taken without a draw, and
 * run through the engine together with the one before them, as a prompt does; only where the
 * listener wants logits each is asked for by itself, and thrown away for the one that is forced.
 */
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
  private boolean over;
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
    // The last token that may come is not the sequence's to hold: it waits for the first step.
    over = takeForced(limit - 1);
  }

  @Override
  int join(Batch batch, int room) {
    int from = sequence().kv().length();
    int count = Math.min(known - from, room);
    boolean all = from + count == known;
    complete = all && (over || request.sampler().isComplete());
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
      ending = over ? ending : Ending.STOP;
      return true;
    }
    TokenDraw drawn = draw.orElseThrow();
    int forced = request.wantsLogits() ? request.sampler().takeForced() : NOT_FORCED;
    int id = forced == NOT_FORCED ? drawn.token() : forced;
    return take(id, request.wantsLogits() ? drawn.logits() : NO_LOGITS) || takeForced(limit);
  }

  /** Takes what the constraint forces while there is less than {@code most}; true if it ends. */
  private boolean takeForced(int most) {
    TokenSampler sampler = request.sampler();
    while (!request.wantsLogits() && known < most && !sampler.isComplete()) {
      int id = sampler.takeForced();
      if (id == NOT_FORCED) {
        return false;
      }
      if (take(id, NO_LOGITS)) {
        return true;
      }
    }
    return false;
  }

  /** Appends a token; true if none follows. */
  private boolean take(int id, float[] shown) {
    tokens[known++] = id;
    boolean stopped = endsText(id);
    if (!stopped) {
      request.sampler().accept(id);
      stopped = request.sampler().isComplete();
    }
    boolean last = stopped || known == limit;
    stopped |= !listener.token(id, shown, last);
    if (stopped || last) {
      ending = stopped ? Ending.STOP : Ending.LENGTH;
    }
    return stopped || last;
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
