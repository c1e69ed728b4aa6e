package io.jgpt.model;

import static io.jgpt.model.ModelFixture.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Gpt2ConfigTest {

  @TempDir Path directory;

  private Gpt2Config read(String json) {
    Path file = directory.resolve("config.json");
    ModelFixture.writeText(file, json);
    return Gpt2Config.read(file);
  }

  private Gpt2Config with(String field, String value) {
    return read(ModelFixture.tiny().set(field, value).configJson());
  }

  @Test
  void missingFieldsTakeTransformersDefaults() {
    assertEquals(
        new Gpt2Config(
            50257,
            1024,
            768,
            12,
            12,
            3072,
            Activation.GELU_TANH,
            1e-5f,
            true,
            false,
            false,
            true,
            OptionalInt.of(50256),
            List.of(50256)),
        read("{\"model_type\": \"gpt2\"}"));
  }

  @Test
  void everySwitchIsRead() {
    Gpt2Config config =
        read(
            """
            {"architectures": ["GPT2LMHeadModel"], "vocab_size": 11, "n_positions": 5, "n_ctx": 9,
             "n_embd": 12, "n_layer": 3, "n_head": 4, "n_inner": 10, "activation_function": "silu",
             "layer_norm_epsilon": 0.25, "scale_attn_weights": false,
             "scale_attn_by_inverse_layer_idx": true, "reorder_and_upcast_attn": true,
             "tie_word_embeddings": false, "bos_token_id": 3, "eos_token_id": [4, 5, 4]}
            """);
    assertEquals(
        new Gpt2Config(
            11,
            5,
            12,
            3,
            4,
            10,
            Activation.SILU,
            0.25f,
            false,
            true,
            true,
            false,
            OptionalInt.of(3),
            List.of(4, 5)),
        config);
    assertEquals(3, config.headSize());
  }

  @ParameterizedTest
  @CsvSource({
    "gelu_new, GELU_TANH",
    "gelu_pytorch_tanh, GELU_TANH",
    "gelu, GELU_ERF",
    "relu, RELU",
    "silu, SILU",
    "swish, SILU",
  })
  void activationsByTheirHuggingFaceNames(String name, Activation activation) {
    assertEquals(activation, with("activation_function", '"' + name + '"').activation());
  }

  @Test
  void unknownActivationsAreNamed() {
    String message =
        assertFails("model.config.activation", () -> with("activation_function", "\"quick_gelu\""));
    assertTrue(message.contains("quick_gelu") && message.contains("gelu_new"), message);
  }

  @Test
  void nullIsAllowedWhereTransformersWritesIt() {
    assertEquals(16, with("n_inner", "null").nInner());
    assertTrue(with("bos_token_id", "null").bosTokenId().isEmpty());
    assertEquals(List.of(), with("eos_token_id", "null").eosTokenIds());
    assertEquals(4, with("architectures", "null").nEmbd());
  }

  @Test
  void tokenIdsOutsideTheVocabularyAreLeftOut() {
    assertEquals(OptionalInt.of(6), with("bos_token_id", "6").bosTokenId());
    assertTrue(with("bos_token_id", "7").bosTokenId().isEmpty());
    assertTrue(with("bos_token_id", "-1").bosTokenId().isEmpty());
    assertEquals(List.of(0, 6), with("eos_token_id", "[0, 7, 6, -1]").eosTokenIds());
    assertEquals(List.of(), read(ModelFixture.tiny().configJson()).eosTokenIds());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "vocab_size  | 0                    | model.config.range",
        "vocab_size  | -7                   | model.config.range",
        "vocab_size  | 2000000000           | model.config.range",
        "n_positions | 0                    | model.config.range",
        "n_positions | 1048577              | model.config.range",
        "n_embd      | 0                    | model.config.range",
        "n_embd      | 65537                | model.config.range",
        "n_embd      | 5                    | model.config.heads",
        "n_layer     | 0                    | model.config.range",
        "n_layer     | 4097                 | model.config.range",
        "n_head      | 0                    | model.config.range",
        "n_head      | 3                    | model.config.heads",
        "n_head      | 5                    | model.config.range",
        "n_inner     | 0                    | model.config.range",
        "n_inner     | -4                   | model.config.range",
        "n_embd      | null                 | model.json.integer",
        "n_embd      | \"4\"                | model.json.integer",
        "n_embd      | 4.0                  | model.json.integer",
        "n_embd      | 4294967300           | model.json.integer",
        "n_embd      | 123456789012345678901234567890 | model.json.integer",
        "n_embd      | [4]                  | model.json.integer",
        "layer_norm_epsilon | 0             | model.config.epsilon",
        "layer_norm_epsilon | -1e-5         | model.config.epsilon",
        "layer_norm_epsilon | 1e-60         | model.config.epsilon",
        "layer_norm_epsilon | 1             | model.config.epsilon",
        "layer_norm_epsilon | 1e999         | model.json.number",
        "layer_norm_epsilon | NaN           | model.json.syntax",
        "layer_norm_epsilon | \"1e-5\"      | model.json.number",
        "scale_attn_weights | 1             | model.json.flag",
        "tie_word_embeddings | null         | model.json.flag",
        "activation_function | 3            | model.json.text",
        "eos_token_id | \"6\"               | model.json.integers",
        "eos_token_id | [\"6\"]             | model.json.integer",
        "eos_token_id | {}                  | model.json.integers",
        "bos_token_id | [6]                 | model.json.integer",
        "architectures | \"GPT2LMHeadModel\" | model.json.texts",
        "architectures | [1]                | model.json.text",
        "model_type  | \"llama\"            | model.config.type",
        "architectures | [\"LlamaForCausalLM\"] | model.config.architecture",
        "architectures | [\"GPT2ForSequenceClassification\"] | model.config.architecture",
      })
  void valuesThatCannotBe(String field, String value, String key) {
    String message = assertFails(key, () -> with(field, value));
    assertTrue(message.contains(field) || key.endsWith("heads") || key.endsWith("syntax"), message);
  }

  @Test
  void otherModelsAreNamedBesideWhatRuns() {
    String message = assertFails("model.config.type", () -> read("{\"model_type\":\"bert\"}"));
    assertTrue(message.contains("bert") && message.contains("gpt2"), message);
  }

  @Test
  void oldConfigurationsAreKnownByTheirFields() {
    assertEquals(8, read("{\"n_embd\": 8, \"n_head\": 2}").nEmbd());
    assertFails("model.config.unknown", () -> read("{\"hidden_size\": 8}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "model.json.object   | ``",
        "model.json.object   | []",
        "model.json.object   | 1",
        "model.json.syntax   | {",
        "model.json.syntax   | {'n_embd': 1}",
        "model.json.syntax   | {\"n_embd\": 1,}",
        "model.json.syntax   | {\"n_embd\": 1, \"n_embd\": 2}",
        "model.json.trailing | {} []",
      })
  void filesThatAreNotOneObject(String key, String json) {
    assertFails(key, () -> read(json));
  }

  @Test
  void filesBeyondTheLimits() {
    assertFails("model.file.large", () -> read(" ".repeat((4 << 20) + 1)));
    String deep = "[".repeat(70);
    assertFails("model.json.limit", () -> read("{\"x\":" + deep));
    assertFails("model.json.limit", () -> read("{\"x\":[" + "[],".repeat(1 << 19) + "[]]}"));
    assertFails("model.json.limit", () -> read("{\"n_embd\":" + "9".repeat(200) + "}"));
  }

  @Test
  void filesInAnotherEncoding() {
    Path file = directory.resolve("config.json");
    ModelFixture.writeBytes(file, new byte[] {'{', '"', (byte) 0xc3, '"'});
    assertTrue(assertFails("model.json.utf8", () -> Gpt2Config.read(file)).contains("byte 2"));
  }
}
