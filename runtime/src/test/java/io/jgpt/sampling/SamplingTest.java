package io.jgpt.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SamplingTest {

  @Test
  void theDefaultsAreTheDocumentedOnes() {
    Sampling defaults = Sampling.defaults();
    assertEquals(0.8, defaults.temperature());
    assertEquals(40, defaults.topK());
    assertEquals(0.95, defaults.topP());
    assertEquals(128, defaults.maxTokens());
    assertEquals(OptionalLong.empty(), defaults.seed());
    assertTrue(Sampling.greedy().isGreedy());
  }

  @Test
  void withersChangeOneThingAndNotTheOriginal() {
    Sampling original = Sampling.defaults();

    Sampling changed = original.seed(7).logitBias(3, 1.5).logitBias(4, -2).stop("\n\n");

    assertEquals(Map.of(3, 1.5, 4, -2.0), changed.logitBias());
    assertEquals(OptionalLong.of(7), changed.seed());
    assertEquals(original.topK(), changed.topK());
    assertEquals(Map.of(), original.logitBias());
    assertEquals(original, changed.randomSeed().logitBias(Map.of()).stop(List.of()));
  }

  static Stream<Arguments> outOfRange() {
    return Stream.of(
        bad("temperature is -0.1; it must be at least 0", s -> s.temperature(-0.1)),
        bad("temperature is NaN; it must be at least 0", s -> s.temperature(Double.NaN)),
        bad("topK is -1; it must be at least 0", s -> s.topK(-1)),
        bad("topP is 1.1; it must be from 0 to 1", s -> s.topP(1.1)),
        bad("minP is -0.5; it must be from 0 to 1", s -> s.minP(-0.5)),
        bad("typicalP is 0.0; it must be above 0 and at most 1", s -> s.typicalP(0)),
        bad("repetitionPenalty is 0.0; it must be above 0", s -> s.repetitionPenalty(0)),
        bad("presencePenalty is NaN; it must be finite", s -> s.presencePenalty(Double.NaN)),
        bad(
            "frequencyPenalty is Infinity; it must be finite",
            s -> s.frequencyPenalty(Double.POSITIVE_INFINITY)),
        bad("logitBias: token id is -1; it must be at least 0", s -> s.logitBias(-1, 0)),
        bad(
            "logitBias of token 5 is NaN; it must be below infinity",
            s -> s.logitBias(5, Double.NaN)),
        bad("maxTokens is 0; it must be at least 1", s -> s.maxTokens(0)),
        bad("stop is \"\"; it must be a text that is not empty", s -> s.stop("a", "")),
        bad("logprobs is -2; it must be at least -1", s -> s.logprobs(-2)));
  }

  private static Arguments bad(String message, Consumer<Sampling> change) {
    return Arguments.of(message, change);
  }

  @ParameterizedTest
  @MethodSource("outOfRange")
  void anOptionOutOfRangeIsRefusedWithItsRange(String message, Consumer<Sampling> change) {
    var refused =
        assertThrows(IllegalArgumentException.class, () -> change.accept(Sampling.defaults()));
    assertEquals(message, refused.getMessage());
  }
}
