package io.jgpt.model;

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
 * @param eosTokenIds tokens that end a text: of this file where it names any, else those of {@code
 *     config.json}; all inside the vocabulary
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

  public GenerationConfig {
    eosTokenIds = List.copyOf(eosTokenIds);
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
}
