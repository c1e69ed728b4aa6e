package io.jgpt.model;

import io.jgpt.error.ModelException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What {@code generation_config.json} recommends for sampling; empty where the file is silent or
 * absent. Defined as in Hugging Face's {@code GenerationConfig}.
 *
 * @param doSample false recommends greedy decoding
 * @param temperature at least 0
 * @param topK at least 0; 0 keeps every token
 * @param topP 0 to 1
 * @param minP 0 to 1
 * @param typicalP above 0, at most 1
 * @param repetitionPenalty above 0
 * @param maxNewTokens at least 1
 * @param eosTokenIds tokens that end a text: of this file where it has the field, else those of
 *     {@code config.json}; all inside the vocabulary
 */
public record GenerationConfig(
    Optional<Boolean> doSample,
    OptionalDouble temperature,
    OptionalInt topK,
    OptionalDouble topP,
    OptionalDouble minP,
    OptionalDouble typicalP,
    OptionalDouble repetitionPenalty,
    OptionalInt maxNewTokens,
    List<Integer> eosTokenIds) {

  /**
   * @throws ModelException if a value is outside the range named above
   */
  public GenerationConfig {
    range("temperature", temperature, 0, Float.MAX_VALUE, false);
    range("top_k", asDouble(topK), 0, Integer.MAX_VALUE, false);
    range("top_p", topP, 0, 1, false);
    range("min_p", minP, 0, 1, false);
    range("typical_p", typicalP, 0, 1, true);
    range("repetition_penalty", repetitionPenalty, 0, Float.MAX_VALUE, true);
    range("max_new_tokens", asDouble(maxNewTokens), 1, Integer.MAX_VALUE, false);
    eosTokenIds = List.copyOf(eosTokenIds);
  }

  /**
   * Reads {@code generation_config.json}. Fields that jgpt does not sample by are not looked at.
   *
   * @throws ModelException if the file is damaged or a value is out of range
   */
  static GenerationConfig read(Path file, Gpt2Config config) {
    JsonFields json = JsonFields.read(file);
    List<Integer> eos =
        json.intOrInts("eos_token_id")
            .map(ids -> ids.stream().filter(config::inVocabulary).distinct().toList())
            .orElse(config.eosTokenIds());
    return new GenerationConfig(
        json.optionalBoolean("do_sample"),
        json.optionalDouble("temperature"),
        json.optionalInt("top_k"),
        json.optionalDouble("top_p"),
        json.optionalDouble("min_p"),
        json.optionalDouble("typical_p"),
        json.optionalDouble("repetition_penalty"),
        json.optionalInt("max_new_tokens"),
        eos);
  }

  /** No recommendation, for a model without the file. */
  public static GenerationConfig none(List<Integer> eosTokenIds) {
    return new GenerationConfig(
        Optional.empty(),
        OptionalDouble.empty(),
        OptionalInt.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalInt.empty(),
        eosTokenIds);
  }

  private static OptionalDouble asDouble(OptionalInt value) {
    return value.isPresent() ? OptionalDouble.of(value.getAsInt()) : OptionalDouble.empty();
  }

  private static void range(
      String field, OptionalDouble value, double from, double to, boolean above) {
    double number = value.orElse(to);
    if (!(number >= from && number <= to) || (above && number == from)) {
      String key = above ? "model.generation.above" : "model.generation.range";
      throw new ModelException(key, field, number, from, to);
    }
  }
}
