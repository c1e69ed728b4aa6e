package io.jgpt.sampling;

import io.jgpt.engine.Draw;
import io.jgpt.error.DeviceException;
import io.jgpt.error.InputException;

/**
 * What an engine that draws tokens has to draw: the host's own arithmetic, from nothing but the
 * numbers that the engine is given.
 */
public final class ReferenceDraw {

  private final Candidates candidates;

  public ReferenceDraw(int vocabSize) {
    candidates = new Candidates(vocabSize);
  }

  /** Answers {@code draw} from a row of raw logits [V]. */
  public void answer(Draw draw, float[] logits) {
    Sampling sampling = sampling(draw);
    try {
      candidates.load(logits);
    } catch (DeviceException e) {
      int bad = firstBad(logits);
      draw.badLogit(bad, logits[bad]);
      return;
    }
    for (int i = 0; i < draw.biasIds().length; i++) {
      candidates.bias(draw.biasIds()[i], draw.biases()[i]);
    }
    candidates.penalize(sampling, counts(draw));
    if (draw.isConstrained()) {
      candidates.mask(draw.allowed());
    }
    try {
      draw.drew(sampling.isGreedy() ? candidates.mostProbable() : drawn(draw, sampling));
    } catch (InputException e) {
      draw.noToken();
    }
  }

  private int drawn(Draw draw, Sampling sampling) {
    candidates.select(sampling.temperature());
    candidates.topK(sampling.topK());
    candidates.topP(sampling.topP());
    candidates.minP(sampling.minP());
    candidates.typical(sampling.typicalP());
    return candidates.draw(draw.options().seed(), draw.index(), draw.options().sample());
  }

  private static Sampling sampling(Draw draw) {
    Draw.Options options = draw.options();
    return Sampling.neutral()
        .temperature(options.temperature())
        .topK(options.topK())
        .topP(options.topP())
        .minP(options.minP())
        .typicalP(options.typicalP())
        .repetitionPenalty(options.repetitionPenalty())
        .presencePenalty(options.presencePenalty())
        .frequencyPenalty(options.frequencyPenalty());
  }

  private static TokenCounts counts(Draw draw) {
    var counts = new TokenCounts(Math.max(1, draw.seen()));
    for (int i = 0; i < draw.seen(); i++) {
      counts.addPrompt(draw.seenIds()[i]);
      for (int times = 0; times < draw.seenGenerated()[i]; times++) {
        counts.addGenerated(draw.seenIds()[i]);
      }
    }
    return counts;
  }

  private static int firstBad(float[] logits) {
    int id = 0;
    while (logits[id] < Float.POSITIVE_INFINITY) {
      id++;
    }
    return id;
  }
}
