package io.jgpt.scheduler;

import io.jgpt.engine.Batch;
import io.jgpt.engine.KvSequence;
import io.jgpt.sampling.Candidates;
import io.jgpt.sampling.TokenSampler;

/** Draws from logits that the engine hands over. */
final class HostDraw implements TokenDraw {

  private final TokenSampler sampler;
  private final Candidates scratch;
  private final float[] logits;

  HostDraw(TokenSampler sampler, Candidates scratch, int vocabSize) {
    this.sampler = sampler;
    this.scratch = scratch;
    logits = new float[vocabSize];
  }

  @Override
  public void join(Batch batch, KvSequence sequence, int[] tokens, int from, int count) {
    batch.add(sequence, tokens, from, count, Batch.Logits.LAST, logits);
  }

  @Override
  public int token() {
    return sampler.draw(logits, scratch);
  }

  @Override
  public float[] logits() {
    return logits;
  }
}
