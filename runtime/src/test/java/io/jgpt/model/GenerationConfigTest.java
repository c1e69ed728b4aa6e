package io.jgpt.model;

import static io.jgpt.model.ModelFixture.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenerationConfigTest {

  @TempDir Path directory;

  private GenerationConfig read(String json) {
    Path config = directory.resolve("config.json");
    ModelFixture.writeText(config, ModelFixture.tiny().set("eos_token_id", "5").configJson());
    Path file = directory.resolve("generation_config.json");
    ModelFixture.writeText(file, json);
    return GenerationConfig.read(file, Gpt2Config.read(config));
  }

  @Test
  void everyFieldIsRead() {
    assertEquals(
        new GenerationConfig(
            Optional.of(true),
            OptionalDouble.of(0.7),
            OptionalInt.of(20),
            OptionalDouble.of(0.9),
            OptionalDouble.of(0.05),
            OptionalDouble.of(0.95),
            OptionalDouble.of(1.2),
            OptionalInt.of(64),
            List.of(6, 2)),
        read(
            """
            {"do_sample": true, "temperature": 0.7, "top_k": 20, "top_p": 0.9, "min_p": 0.05,
             "typical_p": 0.95, "repetition_penalty": 1.2, "max_new_tokens": 64,
             "eos_token_id": [6, 2, 50256], "transformers_version": "5.18.0", "num_beams": 4}
            """));
  }

  @Test
  void silenceIsEmpty() {
    GenerationConfig none = GenerationConfig.none(List.of(5));
    assertEquals(none, read("{}"));
    assertEquals(none, read("{\"temperature\": null, \"top_k\": null, \"do_sample\": null}"));
  }

  @Test
  void endOfTextIsTheConfigurationsUnlessTheFileHasIt() {
    assertEquals(List.of(5), read("{}").eosTokenIds());
    assertEquals(List.of(5), read("{\"eos_token_id\": null}").eosTokenIds());
    assertEquals(List.of(6), read("{\"eos_token_id\": 6}").eosTokenIds());
    assertEquals(List.of(), read("{\"eos_token_id\": 50256}").eosTokenIds());
  }

  @ParameterizedTest
  @CsvSource({
    "temperature, 0",
    "temperature, 100",
    "top_k, 0",
    "top_p, 0",
    "top_p, 1",
    "min_p, 1",
    "typical_p, 1",
    "repetition_penalty, 0.01",
    "max_new_tokens, 1",
  })
  void limitsBelongToTheRange(String field, String value) {
    assertEquals(List.of(5), read("{\"" + field + "\": " + value + "}").eosTokenIds());
  }

  @ParameterizedTest
  @CsvSource({
    "temperature, -0.1, model.generation.range",
    "temperature, 1e300, model.generation.range",
    "temperature, true, model.json.number",
    "top_k, -1, model.generation.range",
    "top_k, 0.5, model.json.integer",
    "top_p, 1.01, model.generation.range",
    "min_p, -1, model.generation.range",
    "typical_p, 0, model.generation.above",
    "typical_p, 2, model.generation.above",
    "repetition_penalty, 0, model.generation.above",
    "max_new_tokens, 0, model.generation.range",
    "do_sample, 1, model.json.flag",
  })
  void valuesThatCannotBe(String field, String value, String key) {
    String message = assertFails(key, () -> read("{\"" + field + "\": " + value + "}"));
    assertTrue(message.contains(field), message);
  }
}
