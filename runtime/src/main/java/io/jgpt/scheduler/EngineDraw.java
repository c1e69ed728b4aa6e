package io.jgpt.scheduler;

import io.jgpt.engine.Batch;
import io.jgpt.engine.Draw;
import io.jgpt.engine.KvSequence;
import io.jgpt.error.DeviceException;
import io.jgpt.error.InputException;
import io.jgpt.sampling.Sampling;
import io.jgpt.sampling.TokenSampler;

/**
 * Has the engine draw: tells it in plain numbers what the sampler would do, since neither knows the
 * other.
 */
final class EngineDraw implements TokenDraw {

  private static final float[] NO_LOGITS = {};

  private final TokenSampler sampler;
  private final Draw draw;
  private final int vocabSize;

  EngineDraw(TokenSampler sampler, int vocabSize) {
    this.sampler = sampler;
    this.vocabSize = vocabSize;
    draw =
        new Draw(
            options(sampler),
            sampler.biasIds(),
            sampler.biases(),
            sampler.counts().ids(),
            sampler.counts().generated());
  }

  private static Draw.Options options(TokenSampler sampler) {
    Sampling sampling = sampler.sampling();
    return new Draw.Options(
        sampling.temperature(),
        sampling.topK(),
        sampling.topP(),
        sampling.minP(),
        sampling.typicalP(),
        sampling.repetitionPenalty(),
        sampling.presencePenalty(),
        sampling.frequencyPenalty(),
        sampler.seed(),
        sampler.sample());
  }

  @Override
  public void join(Batch batch, KvSequence sequence, int[] tokens, int from, int count) {
    int seen = sampler.counts().size();
    if (sampler.isConstrained()) {
      long[] allowed = sampler.mask(); // may throw: before the slot is there
      draw.next(sampler.takeIndex(), seen, allowed);
    } else {
      draw.next(sampler.takeIndex(), seen);
    }
    batch.add(sequence, tokens, from, count, draw);
  }

  @Override
  public int token() {
    int outcome = draw.outcome();
    if (outcome == Draw.NO_TOKEN) {
      throw new InputException("sampling.none", vocabSize);
    }
    if (outcome == Draw.BAD_LOGIT) {
      throw new DeviceException("sampling.logit", draw.badLogit(), draw.badLogitId());
    }
    return outcome;
  }

  @Override
  public float[] logits() {
    return NO_LOGITS;
  }
}
