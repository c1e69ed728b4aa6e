package io.jgpt.sampling;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Completes an empty prompt without a model: what a scheduler does, with logits made up. */
public final class SamplerAccess {

  private final TokenSampler sampler;
  private final Candidates scratch;
  private final float[] logits;
  private final int maxTokens;

  public SamplerAccess(Sampling sampling, long seed, int vocabSize, int maxTokens) {
    sampler = new TokenSampler(sampling, seed, 0, new int[0], maxTokens, vocabSize);
    scratch = new Candidates(vocabSize);
    logits = new float[vocabSize];
    this.maxTokens = maxTokens;
  }

  /** The tokens, without the end of the text. */
  public List<Integer> run(int endOfText, Supplier<Float> logit) {
    List<Integer> ids = new ArrayList<>();
    while (ids.size() < maxTokens && !sampler.isComplete()) {
      int id = sampler.takeForced();
      if (id == TokenConstraint.NOT_FORCED) {
        for (int i = 0; i < logits.length; i++) {
          logits[i] = logit.get();
        }
        id = sampler.draw(logits, scratch);
      }
      if (id == endOfText) {
        return ids;
      }
      sampler.accept(id);
      ids.add(id);
    }
    return ids;
  }
}
