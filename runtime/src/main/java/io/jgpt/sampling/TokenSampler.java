package io.jgpt.sampling;

import io.jgpt.error.DeviceException;
import io.jgpt.error.InputException;
import java.util.Map;
import java.util.Optional;

/**
 * Chooses the tokens of one sequence. Holds what its options depend on: the tokens so far and the
 * constraint. Used by one thread at a time; a draw allocates nothing.
 *
 * <p>Where the constraint forces a token none is drawn: {@link #takeForced} first. A token may also
 * be drawn elsewhere, where the logits are: by {@link #sampling}, {@link #seed}, {@link #sample},
 * {@link #takeIndex}, the biases, {@link #counts} and {@link #mask}. Either way {@link #accept}
 * follows.
 */
public final class TokenSampler {

  private final Sampling sampling;
  private final long seed;
  private final int sample;
  private final int[] biasIds;
  private final double[] biases;
  private final TokenCounts counts;
  private final Optional<? extends TokenConstraint> constraint;
  private int generated;

  /**
   * Starts a sequence.
   *
   * @param seed of the draw, whatever {@link Sampling#seed} says
   * @param sample index among sequences drawn under one seed, so that they differ
   * @param prompt the ids that stand before the first token drawn
   * @param maxTokens most tokens that will be drawn
   * @param vocabSize V
   * @throws InputException if the logit bias names an id outside the vocabulary, or the constraint
   *     cannot be met with so few tokens
   */
  public TokenSampler(
      Sampling sampling, long seed, int sample, int[] prompt, int maxTokens, int vocabSize) {
    this.sampling = sampling;
    this.seed = seed;
    this.sample = sample;
    biasIds = new int[sampling.logitBias().size()];
    biases = new double[biasIds.length];
    int at = 0;
    for (Map.Entry<Integer, Double> entry : sampling.logitBias().entrySet()) {
      if (entry.getKey() >= vocabSize) {
        throw new InputException("sampling.bias", entry.getKey(), vocabSize - 1);
      }
      biasIds[at] = entry.getKey();
      biases[at++] = entry.getValue();
    }
    counts = new TokenCounts(Math.min(prompt.length + maxTokens, vocabSize));
    for (int id : prompt) {
      counts.addPrompt(id);
    }
    constraint = sampling.constraint().map(maker -> maker.get());
    constraint.ifPresent(begun -> begun.begin(maxTokens));
  }

  /** True if the constraint lets nothing follow. */
  public boolean isComplete() {
    return constraint.isPresent() && constraint.get().isComplete();
  }

  /**
   * Draws the next token.
   *
   * @param logits [V], raw; not changed
   * @param scratch of the same V
   * @throws DeviceException if a logit is NaN or infinite
   * @throws InputException if bias and constraint leave no token
   */
  public int draw(float[] logits, Candidates scratch) {
    prepare(logits, scratch);
    int id =
        sampling.isGreedy()
            ? scratch.mostProbable()
            : truncate(scratch).draw(seed, generated, sample);
    generated++;
    return id;
  }

  /**
   * The options; their seed and logit bias are {@link #seed}, {@link #biasIds}, {@link #biases}.
   */
  public Sampling sampling() {
    return sampling;
  }

  public long seed() {
    return seed;
  }

  /** Index among sequences drawn under one seed. */
  public int sample() {
    return sample;
  }

  /** Index in the completion of the token that is drawn next, elsewhere: to be asked once each. */
  public int takeIndex() {
    return generated++;
  }

  /** Distinct ids, not to be changed. */
  public int[] biasIds() {
    return biasIds;
  }

  /** One for each of the {@link #biasIds}. */
  public double[] biases() {
    return biases;
  }

  /** The tokens so far. */
  public TokenCounts counts() {
    return counts;
  }

  public boolean isConstrained() {
    return constraint.isPresent();
  }

  /** What the constraint allows next, as {@link TokenConstraint#mask} gives it; there is one. */
  public long[] mask() {
    return constraint.orElseThrow().mask();
  }

  /**
   * The token that the constraint forces, without a draw; {@link TokenConstraint#NOT_FORCED} where
   * one is to be drawn. To be asked once each: it counts as drawn, and {@link #accept} follows.
   */
  public int takeForced() {
    int id = constraint.isPresent() ? constraint.get().forced() : TokenConstraint.NOT_FORCED;
    generated += id == TokenConstraint.NOT_FORCED ? 0 : 1;
    return id;
  }

  /** All that comes before the temperature. */
  private void prepare(float[] logits, Candidates scratch) {
    scratch.load(logits);
    for (int i = 0; i < biasIds.length; i++) {
      scratch.bias(biasIds[i], biases[i]);
    }
    scratch.penalize(sampling, counts);
    if (constraint.isPresent()) {
      scratch.mask(constraint.get().mask());
    }
  }

  private Candidates truncate(Candidates scratch) {
    scratch.select(sampling.temperature());
    scratch.topK(sampling.topK());
    scratch.topP(sampling.topP());
    scratch.minP(sampling.minP());
    scratch.typical(sampling.typicalP());
    return scratch;
  }

  /** Leaves in {@code scratch} what a token would be drawn from; not for greedy options. */
  Candidates distribution(float[] logits, Candidates scratch) {
    prepare(logits, scratch);
    return truncate(scratch);
  }

  /** Moves on by the token drawn, unless it ends the text. */
  public void accept(int id) {
    counts.addGenerated(id);
    if (constraint.isPresent()) {
      constraint.get().accept(id);
    }
  }
}
