package io.jgpt.cli;

import io.jgpt.model.GenerationConfig;
import io.jgpt.sampling.Sampling;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Option;

/** How tokens are chosen. */
final class SamplingOptions {

  @Option(names = "--temperature", paramLabel = "X", converter = Values.Temperature.class)
  private Optional<Double> temperature = Optional.empty();

  @Option(names = "--top-k", paramLabel = "N", converter = Values.CountOrNone.class)
  private Optional<Integer> topK = Optional.empty();

  @Option(names = "--top-p", paramLabel = "X", converter = Values.Probability.class)
  private Optional<Double> topP = Optional.empty();

  @Option(names = "--min-p", paramLabel = "X", converter = Values.Probability.class)
  private Optional<Double> minP = Optional.empty();

  @Option(names = "--typical-p", paramLabel = "X", converter = Values.PositiveProbability.class)
  private Optional<Double> typicalP = Optional.empty();

  @Option(names = "--repetition-penalty", paramLabel = "X", converter = Values.Factor.class)
  private Optional<Double> repetitionPenalty = Optional.empty();

  @Option(names = "--presence-penalty", paramLabel = "X", converter = Values.Penalty.class)
  private Optional<Double> presencePenalty = Optional.empty();

  @Option(names = "--frequency-penalty", paramLabel = "X", converter = Values.Penalty.class)
  private Optional<Double> frequencyPenalty = Optional.empty();

  @Option(names = "--logit-bias", paramLabel = "ID=B", converter = Values.LogitBias.class)
  private List<Values.Bias> logitBias = new ArrayList<>();

  @Option(names = "--seed", paramLabel = "N", converter = Values.Seed.class)
  private Optional<Long> seed = Optional.empty();

  @Option(names = "--greedy")
  private boolean greedy;

  /**
   * Each option by itself: as given, else as the model's makers recommend, else the default. Where
   * no seed is given, one is drawn that is short enough to be typed again.
   *
   * @param vocabSize V of the model
   * @throws CliException if options contradict each other or a token id lies outside the vocabulary
   */
  Sampling toSampling(GenerationConfig config, int vocabSize) {
    if (greedy && temperature.orElse(0.0) != 0) {
      throw CliException.usage("error.exclusive", "--greedy", "--temperature");
    }
    Sampling usual = Sampling.defaults();
    return usual
        .temperature(greedy ? 0 : temperature.orElseGet(() -> recommendedTemperature(config)))
        .topK(topK.orElse(config.topK().orElse(usual.topK())))
        .topP(topP.orElse(config.topP().orElse(usual.topP())))
        .minP(minP.orElse(config.minP().orElse(usual.minP())))
        .typicalP(typicalP.orElse(config.typicalP().orElse(usual.typicalP())))
        .repetitionPenalty(
            repetitionPenalty.orElse(config.repetitionPenalty().orElse(usual.repetitionPenalty())))
        .presencePenalty(presencePenalty.orElse(usual.presencePenalty()))
        .frequencyPenalty(frequencyPenalty.orElse(usual.frequencyPenalty()))
        .logitBias(biases(vocabSize))
        .seed(seed.orElseGet(() -> ThreadLocalRandom.current().nextLong(1L << 32)));
  }

  /** A model whose makers want it greedy says so with {@code do_sample}, whatever else it says. */
  private static double recommendedTemperature(GenerationConfig config) {
    boolean recommendsGreedy = !config.doSample().orElse(true);
    double usual = Sampling.defaults().temperature();
    return recommendsGreedy ? 0 : config.temperature().orElse(usual);
  }

  private Map<Integer, Double> biases(int vocabSize) {
    Map<Integer, Double> biases = new HashMap<>();
    for (Values.Bias bias : logitBias) {
      if (bias.id() >= vocabSize) {
        throw CliException.usage("error.bias", bias.id(), vocabSize - 1);
      }
      biases.put(bias.id(), bias.bias());
    }
    return biases;
  }
}
