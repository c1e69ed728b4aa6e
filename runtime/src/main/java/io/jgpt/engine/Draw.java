package io.jgpt.engine;

/**
 * A token that an engine is to draw from the row of a slot's last token ({@link
 * Batch.Logits#DRAW}): how, as plain numbers, and what came of it. One object serves a sequence of
 * tokens, so that steady decoding allocates nothing; it is valid during a step.
 *
 * <p>What an engine does, in float64 and in this order, with a row of raw logits; {@code s[id]} is
 * the score of a token, an impossible one has minus infinity and keeps it, and no adjustment makes
 * a score larger than {@code Double.MAX_VALUE}:
 *
 * <ol>
 *   <li>a logit that is NaN or plus infinity ends it: {@link #badLogit}, of the lowest such id;
 *   <li>{@code s[biasIds[i]] += biases[i]};
 *   <li>of each seen id: {@code s = s < 0 ? s * repetition : s / repetition}, then, if it was
 *       generated g > 0 times, {@code s = s - presence - frequency * g};
 *   <li>if {@link #isConstrained}, tokens outside {@link #allowed} become impossible;
 *   <li>if no token is possible, that ends it: {@link #noToken};
 *   <li>temperature 0: the token with the largest score, of equal ones the lowest id;
 *   <li>else {@code s = (s - largest) / temperature}; then top-k, top-p, min-p and typical-p each
 *       drop tokens; then Gumbel noise from seed, index and sample decides.
 * </ol>
 *
 * <p>{@code io.jgpt.sampling.Candidates} and {@code GumbelDraw} are the reference, to the last bit.
 * All numbers were validated by whoever made the object. Not safe for use by several threads: it
 * belongs to the one that drives the engine.
 */
public final class Draw {

  /** {@link #outcome}: no token is possible. */
  public static final int NO_TOKEN = -1;

  /** {@link #outcome}: a logit is no number that can be drawn from. */
  public static final int BAD_LOGIT = -2;

  private static final int PENDING = -3;
  private static final long[] NOTHING = {};

  /**
   * What stays the same from token to token.
   *
   * @param temperature at least 0
   * @param topK 0 keeps all
   * @param topP 1 keeps all
   * @param minP 0 keeps all
   * @param typicalP 1 keeps all
   * @param repetitionPenalty above 0; 1 changes nothing
   * @param presencePenalty 0 changes nothing
   * @param frequencyPenalty 0 changes nothing
   * @param seed key of the noise
   * @param sample index among sequences under one seed: word 2 of the noise's counter
   */
  public record Options(
      double temperature,
      int topK,
      double topP,
      double minP,
      double typicalP,
      double repetitionPenalty,
      double presencePenalty,
      double frequencyPenalty,
      long seed,
      int sample) {

    /** False if the seen ids have no effect. */
    public boolean penalizes() {
      return repetitionPenalty != 1 || presencePenalty != 0 || frequencyPenalty != 0;
    }
  }

  private final Options options;
  private final int[] biasIds;
  private final double[] biases;
  private final int[] seenIds;
  private final int[] seenGenerated;
  private int index;
  private int seen;
  private long[] allowed = NOTHING;
  private boolean constrained;
  private int outcome = PENDING;
  private int badLogitId;
  private float badLogit;

  /**
   * The arrays are borrowed.
   *
   * @param biasIds distinct token ids
   * @param biases as many, below infinity
   * @param seenIds distinct ids of prompt and completion; more of them count with each {@link
   *     #next}
   * @param seenGenerated how often each stands in the completion
   */
  public Draw(Options options, int[] biasIds, double[] biases, int[] seenIds, int[] seenGenerated) {
    this.options = options;
    this.biasIds = biasIds;
    this.biases = biases;
    this.seenIds = seenIds;
    this.seenGenerated = seenGenerated;
  }

  /**
   * Asks for the next token, of all the vocabulary.
   *
   * @param index of the token in the completion
   * @param seen how many of the seen ids count
   */
  public void next(int index, int seen) {
    this.index = index;
    this.seen = seen;
    allowed = NOTHING;
    constrained = false;
    outcome = PENDING;
  }

  /**
   * As {@link #next(int, int)}, of the allowed tokens alone.
   *
   * @param allowed bit {@code id % 64} of element {@code id / 64} allows a token; none beyond its
   *     end is allowed
   */
  public void next(int index, int seen, long[] allowed) {
    next(index, seen);
    this.allowed = allowed;
    constrained = true;
  }

  public Options options() {
    return options;
  }

  /** Of the token in the completion, from 0: word 1 of the noise's counter. */
  public int index() {
    return index;
  }

  /** Not to be changed; so are all arrays here. */
  public int[] biasIds() {
    return biasIds;
  }

  /** One for each of the {@link #biasIds}. */
  public double[] biases() {
    return biases;
  }

  /** How many elements of {@link #seenIds} and {@link #seenGenerated} count. */
  public int seen() {
    return seen;
  }

  public int[] seenIds() {
    return seenIds;
  }

  /** 0 for an id that stands in the prompt alone. */
  public int[] seenGenerated() {
    return seenGenerated;
  }

  public boolean isConstrained() {
    return constrained;
  }

  /** Empty without a constraint; with one it may be shorter than the vocabulary, or longer. */
  public long[] allowed() {
    return allowed;
  }

  /** The engine's answer: a token. */
  public void drew(int id) {
    outcome = id;
  }

  /** The engine's answer: bias and constraint leave no token. */
  public void noToken() {
    outcome = NO_TOKEN;
  }

  /**
   * The engine's answer: there is nothing to draw from.
   *
   * @param logit NaN or infinity
   */
  public void badLogit(int id, float logit) {
    outcome = BAD_LOGIT;
    badLogitId = id;
    badLogit = logit;
  }

  /**
   * After the step: a token id, {@link #NO_TOKEN} or {@link #BAD_LOGIT}.
   *
   * @throws IllegalStateException if the engine has not answered
   */
  public int outcome() {
    if (outcome == PENDING) {
      throw new IllegalStateException("the engine was to draw a token, and drew none");
    }
    return outcome;
  }

  /** With {@link #BAD_LOGIT}: whose logit. */
  public int badLogitId() {
    return badLogitId;
  }

  /** With {@link #BAD_LOGIT}: NaN or infinity. */
  public float badLogit() {
    return badLogit;
  }
}
