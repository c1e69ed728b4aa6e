package io.jgpt.sampling;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * How one request is generated. Immutable; each wither returns a changed copy.
 *
 * <p>The options take effect in this order: logit bias, repetition penalty, presence and frequency
 * penalty, constraint, temperature, top-k, top-p, min-p, typical-p, draw. Each is defined as in
 * Hugging Face's {@code GenerationConfig}, the presence and frequency penalties as in OpenAI's API.
 *
 * @param temperature divides the logits, at least 0; at 0 the most probable token is taken, of
 *     equal ones the lowest id, and no truncation applies
 * @param topK keeps the k most probable tokens and all equal to the last of them; 0 keeps all
 * @param topP keeps the most probable tokens until their sum reaches p; 0 to 1, 1 keeps all
 * @param minP drops tokens less probable than this share of the most probable one; 0 to 1
 * @param typicalP keeps the tokens whose information is closest to the entropy until their sum
 *     reaches p; above 0, at most 1, 1 keeps all
 * @param repetitionPenalty divides positive and multiplies negative logits of every token in prompt
 *     or completion; above 0, 1 changes nothing
 * @param presencePenalty is subtracted from the logit of every token in the completion
 * @param frequencyPenalty is subtracted once for each time the token stands in the completion
 * @param logitBias is added to the logits, by token id; minus infinity bans a token
 * @param seed of the draw; where absent a random one is taken, which the generation reports
 * @param maxTokens most tokens to generate, at least 1
 * @param stop texts that end the generation; neither they nor what follows is part of the text
 * @param logprobs how many of the most probable tokens to report beside each token; -1 reports none
 *     and not the token's own probability either
 * @param constraint makes the constraint of each sequence, a fresh one each time
 * @param ignoreEos treats end-of-text as any other token
 * @param truncate what happens to a prompt that is too long
 */
public record Sampling(
    double temperature,
    int topK,
    double topP,
    double minP,
    double typicalP,
    double repetitionPenalty,
    double presencePenalty,
    double frequencyPenalty,
    Map<Integer, Double> logitBias,
    OptionalLong seed,
    int maxTokens,
    List<String> stop,
    int logprobs,
    Optional<Supplier<? extends TokenConstraint>> constraint,
    boolean ignoreEos,
    Truncate truncate) {

  /** The value of {@link #logprobs} that reports none. */
  public static final int NO_LOGPROBS = -1;

  private static final Sampling NEUTRAL = new Sampling(new Draft());

  /**
   * @throws IllegalArgumentException if a value is out of its range
   */
  public Sampling {
    range("temperature", temperature, temperature >= 0 && finite(temperature), "at least 0");
    range("topK", topK, topK >= 0, "at least 0");
    range("topP", topP, topP >= 0 && topP <= 1, "from 0 to 1");
    range("minP", minP, minP >= 0 && minP <= 1, "from 0 to 1");
    range("typicalP", typicalP, typicalP > 0 && typicalP <= 1, "above 0 and at most 1");
    range(
        "repetitionPenalty",
        repetitionPenalty,
        repetitionPenalty > 0 && finite(repetitionPenalty),
        "above 0");
    range("presencePenalty", presencePenalty, finite(presencePenalty), "finite");
    range("frequencyPenalty", frequencyPenalty, finite(frequencyPenalty), "finite");
    logitBias = Map.copyOf(logitBias);
    logitBias.forEach(
        (id, bias) -> {
          range("logitBias: token id", id, id >= 0, "at least 0");
          range(
              "logitBias of token " + id, bias, bias < Double.POSITIVE_INFINITY, "below infinity");
        });
    Objects.requireNonNull(seed, "seed");
    range("maxTokens", maxTokens, maxTokens >= 1, "at least 1");
    stop = List.copyOf(stop);
    stop.forEach(text -> range("stop", "\"\"", !text.isEmpty(), "a text that is not empty"));
    range("logprobs", logprobs, logprobs >= NO_LOGPROBS, "at least -1");
    Objects.requireNonNull(constraint, "constraint");
    Objects.requireNonNull(truncate, "truncate");
  }

  private Sampling(Draft draft) {
    this(
        draft.temperature,
        draft.topK,
        draft.topP,
        draft.minP,
        draft.typicalP,
        draft.repetitionPenalty,
        draft.presencePenalty,
        draft.frequencyPenalty,
        draft.logitBias,
        draft.seed,
        draft.maxTokens,
        draft.stop,
        draft.logprobs,
        draft.constraint,
        draft.ignoreEos,
        draft.truncate);
  }

  /** Temperature 0.8, top-k 40, top-p 0.95; 128 tokens. */
  public static Sampling defaults() {
    return NEUTRAL.temperature(0.8).topK(40).topP(0.95);
  }

  /** Always the most probable token; 128 tokens. */
  public static Sampling greedy() {
    return NEUTRAL.temperature(0);
  }

  /** The model's own distribution: temperature 1 and nothing else; 128 tokens. */
  public static Sampling neutral() {
    return NEUTRAL;
  }

  public Sampling temperature(double temperature) {
    return with(draft -> draft.temperature = temperature);
  }

  public Sampling topK(int topK) {
    return with(draft -> draft.topK = topK);
  }

  public Sampling topP(double topP) {
    return with(draft -> draft.topP = topP);
  }

  public Sampling minP(double minP) {
    return with(draft -> draft.minP = minP);
  }

  public Sampling typicalP(double typicalP) {
    return with(draft -> draft.typicalP = typicalP);
  }

  public Sampling repetitionPenalty(double repetitionPenalty) {
    return with(draft -> draft.repetitionPenalty = repetitionPenalty);
  }

  public Sampling presencePenalty(double presencePenalty) {
    return with(draft -> draft.presencePenalty = presencePenalty);
  }

  public Sampling frequencyPenalty(double frequencyPenalty) {
    return with(draft -> draft.frequencyPenalty = frequencyPenalty);
  }

  /** Replaces the whole bias. */
  public Sampling logitBias(Map<Integer, Double> logitBias) {
    return with(draft -> draft.logitBias = logitBias);
  }

  /** Adds, or changes, the bias of one token. */
  public Sampling logitBias(int id, double bias) {
    var all = new HashMap<>(logitBias);
    all.put(id, bias);
    return logitBias(all);
  }

  public Sampling seed(long seed) {
    return with(draft -> draft.seed = OptionalLong.of(seed));
  }

  /** A random seed for each generation. */
  public Sampling randomSeed() {
    return with(draft -> draft.seed = OptionalLong.empty());
  }

  public Sampling maxTokens(int maxTokens) {
    return with(draft -> draft.maxTokens = maxTokens);
  }

  public Sampling stop(List<String> stop) {
    return with(draft -> draft.stop = stop);
  }

  public Sampling stop(String... stop) {
    return stop(List.of(stop));
  }

  public Sampling logprobs(int logprobs) {
    return with(draft -> draft.logprobs = logprobs);
  }

  /** Constrains each sequence by a constraint of its own, made when the generation is asked for. */
  public Sampling constraint(Supplier<? extends TokenConstraint> constraint) {
    return with(draft -> draft.constraint = Optional.of(constraint));
  }

  public Sampling unconstrained() {
    return with(draft -> draft.constraint = Optional.empty());
  }

  public Sampling ignoreEos(boolean ignoreEos) {
    return with(draft -> draft.ignoreEos = ignoreEos);
  }

  public Sampling truncate(Truncate truncate) {
    return with(draft -> draft.truncate = truncate);
  }

  /** True if the most probable token is always taken. */
  public boolean isGreedy() {
    return temperature == 0;
  }

  private Sampling with(Consumer<Draft> change) {
    var draft = new Draft(this);
    change.accept(draft);
    return new Sampling(draft);
  }

  private static boolean finite(double value) {
    return Double.isFinite(value);
  }

  private static void range(String option, Object value, boolean inside, String range) {
    if (!inside) {
      throw new IllegalArgumentException(option + " is " + value + "; it must be " + range);
    }
  }

  /** The components while they change. */
  private static final class Draft {
    private double temperature = 1;
    private int topK;
    private double topP = 1;
    private double minP;
    private double typicalP = 1;
    private double repetitionPenalty = 1;
    private double presencePenalty;
    private double frequencyPenalty;
    private Map<Integer, Double> logitBias = Map.of();
    private OptionalLong seed = OptionalLong.empty();
    private int maxTokens = 128;
    private List<String> stop = List.of();
    private int logprobs = NO_LOGPROBS;
    private Optional<Supplier<? extends TokenConstraint>> constraint = Optional.empty();
    private boolean ignoreEos;
    private Truncate truncate = Truncate.NONE;

    Draft() {}

    Draft(Sampling from) {
      temperature = from.temperature;
      topK = from.topK;
      topP = from.topP;
      minP = from.minP;
      typicalP = from.typicalP;
      repetitionPenalty = from.repetitionPenalty;
      presencePenalty = from.presencePenalty;
      frequencyPenalty = from.frequencyPenalty;
      logitBias = from.logitBias;
      seed = from.seed;
      maxTokens = from.maxTokens;
      stop = from.stop;
      logprobs = from.logprobs;
      constraint = from.constraint;
      ignoreEos = from.ignoreEos;
      truncate = from.truncate;
    }
  }
}
