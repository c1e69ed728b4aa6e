package io.jgpt.model;

import static io.jgpt.model.ModelFixture.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelDirectoryTest {

  @TempDir Path directory;

  private void assertOpens(ModelFixture fixture) {
    ModelDirectory.open(fixture.write(directory)).close();
  }

  private String assertOpenFails(String key, ModelFixture fixture) {
    fixture.write(directory);
    return assertFails(key, () -> ModelDirectory.open(directory));
  }

  @ParameterizedTest
  @CsvSource({"transformer., F32, 4", "'', F32, 4", "transformer., F16, 2", "'', BF16, 2"})
  void namesWithAndWithoutPrefixInEveryType(String prefix, String dtype, int bytes) {
    Path path = ModelFixture.tiny(prefix, dtype, bytes).write(directory);
    try (ModelDirectory model = ModelDirectory.open(path)) {
      Gpt2Weights weights = model.weights();
      assertEquals(DType.valueOf(dtype), weights.storedDType());
      assertEquals(prefix + "h.1.mlp.c_proj.bias", weights.layers().get(1).downBias().name());
      assertEquals(prefix + "ln_f.bias", weights.lnFBias().name());
      assertEquals((48L + 2 * 244 + 8) * bytes, weights.totalBytes());
      assertEquals(path, model.path());
      assertEquals(path.getFileName().toString(), model.name());
    }
  }

  @Test
  void mixedTypesAreKept() {
    ModelFixture fixture = ModelFixture.tiny("", "BF16", 2).add("ln_f.weight", "F32", 4, 4);
    try (ModelDirectory model = ModelDirectory.open(fixture.write(directory))) {
      assertEquals(DType.F32, model.weights().lnFGain().dtype());
      assertEquals(DType.BF16, model.weights().storedDType());
    }
  }

  @Test
  void masksOfHubFilesAreSkipped() {
    assertOpens(
        ModelFixture.tiny()
            .add("transformer.h.0.attn.bias", "U8", 1, 1, 1, 5, 5)
            .add("transformer.h.1.attn.bias", "BOOL", 1, 1, 1, 5, 5)
            .add("transformer.h.0.attn.masked_bias", "F32", 4));
  }

  @Test
  void tiedWithoutHead() {
    try (ModelDirectory model = ModelDirectory.open(ModelFixture.tiny().write(directory))) {
      assertTrue(model.weights().tied());
      assertEquals(
          1,
          model.weights().tensors().stream().filter(t -> t.rank() == 2 && t.dim(0) == 7).count());
    }
  }

  @Test
  void tiedWithAnEqualHeadHoldsItOnce() {
    ModelFixture fixture = ModelFixture.tiny().add("lm_head.weight", "F32", 4, 7, 4);
    try (ModelDirectory model = ModelDirectory.open(fixture.write(directory))) {
      assertTrue(model.weights().tied());
    }
  }

  @Test
  void tiedWithAnotherHeadUsesIt() {
    ModelFixture fixture = ModelFixture.tiny().addDifferent("lm_head.weight", "F32", 4, 7, 4);
    try (ModelDirectory model = ModelDirectory.open(fixture.write(directory))) {
      assertFalse(model.weights().tied());
      assertEquals("lm_head.weight", model.weights().lmHead().name());
    }
  }

  @Test
  void tiedWithTheHeadAlone() {
    ModelFixture fixture = ModelFixture.tiny().add("lm_head.weight", "F32", 4, 7, 4);
    fixture.tensors.remove("transformer.wte.weight");
    try (ModelDirectory model = ModelDirectory.open(fixture.write(directory))) {
      assertTrue(model.weights().tied());
      assertEquals("lm_head.weight", model.weights().wte().name());
    }
  }

  @Test
  void untied() {
    ModelFixture fixture = ModelFixture.tiny().set("tie_word_embeddings", "false");
    assertOpenFails("model.tensor.head", fixture);
    fixture.add("lm_head.weight", "F32", 4, 7, 4);
    try (ModelDirectory model = ModelDirectory.open(fixture.write(directory))) {
      assertFalse(model.weights().tied(), "equal, but not the same");
    }
    fixture.tensors.remove("transformer.wte.weight");
    assertOpenFails("model.tensor.missing", fixture);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "wte.weight",
        "wpe.weight",
        "h.0.ln_1.weight",
        "h.1.attn.c_attn.bias",
        "h.1.mlp.c_fc.weight",
        "ln_f.weight",
        "ln_f.bias"
      })
  void missingTensorsAreNamedWithTheirShape(String name) {
    ModelFixture fixture = ModelFixture.tiny();
    String shape = fixture.tensors.remove("transformer." + name).shape().toString();
    String message = assertOpenFails("model.tensor.missing", fixture);
    assertTrue(message.contains(name) && message.contains(shape), message);
  }

  @Test
  void shapesFollowTheConfiguration() {
    String message =
        assertOpenFails(
            "model.tensor.shape",
            ModelFixture.tiny().add("transformer.h.0.attn.c_attn.weight", "F32", 4, 12, 4));
    assertTrue(message.contains("[12, 4]") && message.contains("[4, 12]"), message);
    assertOpenFails(
        "model.tensor.shape", ModelFixture.tiny().add("lm_head.weight", "F32", 4, 8, 4));
    assertOpenFails(
        "model.tensor.shape", ModelFixture.tiny().add("transformer.ln_f.bias", "F32", 4, 4, 1));
    assertOpenFails("model.tensor.shape", ModelFixture.tiny().set("n_inner", "8"));
    assertOpenFails("model.tensor.missing", ModelFixture.tiny().set("n_layer", "3"));
  }

  @Test
  void typesOfNeededTensors() {
    String message =
        assertOpenFails(
            "model.tensor.dtype",
            ModelFixture.tiny().add("transformer.wpe.weight", "F64", 8, 5, 4));
    assertTrue(message.contains("wpe.weight") && message.contains("F64"), message);
  }

  @Test
  void oneTensorUnderTwoNames() {
    assertOpenFails("model.tensor.twice", ModelFixture.tiny().add("wpe.weight", "F32", 4, 5, 4));
  }

  @Test
  void closingEndsTheTensors() {
    ModelDirectory model = ModelDirectory.open(ModelFixture.tiny().write(directory));
    Tensor wte = model.weights().wte();
    assertEquals(1, wte.data().get(ValueLayout.JAVA_BYTE, 1));
    model.close();
    model.close();
    assertThrows(IllegalStateException.class, () -> wte.data().get(ValueLayout.JAVA_BYTE, 1));
  }

  @Test
  void generationConfigIsOptional() {
    Path path = ModelFixture.tiny().set("eos_token_id", "3").write(directory);
    try (ModelDirectory model = ModelDirectory.open(path)) {
      assertEquals(GenerationConfig.none(List.of(3)), model.generationConfig());
    }
    ModelFixture.writeText(path.resolve("generation_config.json"), "{\"top_k\": 3}");
    try (ModelDirectory model = ModelDirectory.open(path)) {
      assertEquals(3, model.generationConfig().topK().orElseThrow());
    }
  }

  @Test
  void whatIsNoModelIsSaidWithWhatIsThere() throws IOException {
    assertFails("model.directory.missing", () -> ModelDirectory.open(directory.resolve("gone")));
    Path file = Files.createFile(directory.resolve("readme.md"));
    assertFails("model.directory.file", () -> ModelDirectory.open(file));
    String message = assertFails("model.directory.config", () -> ModelDirectory.open(directory));
    assertTrue(message.contains("readme.md"), message);
    ModelFixture.writeText(directory.resolve("config.json"), ModelFixture.tiny().configJson());
    message = assertFails("model.directory.weights", () -> ModelDirectory.open(directory));
    assertTrue(message.contains("readme.md"), message);
    Files.createFile(directory.resolve("pytorch_model.bin"));
    message = assertFails("model.directory.pickle", () -> ModelDirectory.open(directory));
    assertTrue(message.contains("pytorch_model.bin") && message.contains("safetensors"), message);
  }

  @Test
  void longListingsAreCut() throws IOException {
    for (int i = 10; i < 40; i++) {
      Files.createFile(directory.resolve("file" + i));
    }
    String message = assertFails("model.directory.config", () -> ModelDirectory.open(directory));
    assertTrue(message.contains("file21, …") && !message.contains("file22"), message);
  }

  // ---- shards

  private void writeShards(String index) {
    ModelFixture fixture = ModelFixture.tiny();
    fixture.write(directory);
    directory.resolve("model.safetensors").toFile().delete();
    Map<String, ModelFixture.Stored> first = new LinkedHashMap<>(fixture.tensors);
    Map<String, ModelFixture.Stored> second = new LinkedHashMap<>();
    second.put("transformer.wte.weight", first.remove("transformer.wte.weight"));
    ModelFixture.writeBytes(directory.resolve("a.safetensors"), ModelFixture.safetensors(first));
    ModelFixture.writeBytes(directory.resolve("b.safetensors"), ModelFixture.safetensors(second));
    ModelFixture.writeText(directory.resolve("model.safetensors.index.json"), index);
  }

  private static String index(String wteShard) {
    StringBuilder json = new StringBuilder("{\"metadata\":{\"total_size\":1},\"weight_map\":{");
    for (String name : ModelFixture.tiny().tensors.keySet()) {
      String shard = name.endsWith("wte.weight") ? wteShard : "a.safetensors";
      json.append('"').append(name).append("\":\"").append(shard).append("\",");
    }
    json.setCharAt(json.length() - 1, '}');
    return json.append('}').toString();
  }

  @Test
  void shardsAreFoundThroughTheirIndex() {
    writeShards(index("b.safetensors"));
    try (ModelDirectory model = ModelDirectory.open(directory)) {
      assertEquals(7, model.weights().wte().dim(0));
      assertEquals(2, model.weights().layers().size());
    }
  }

  @Test
  void aSingleFileWinsOverAnIndex() {
    writeShards("{}");
    assertOpens(ModelFixture.tiny());
  }

  @Test
  void shardsThatAreMissingOrLackTheirTensor() {
    writeShards(index("c.safetensors"));
    String message = assertFails("model.shard.missing", () -> ModelDirectory.open(directory));
    assertTrue(message.contains("c.safetensors"), message);
    writeShards(index("a.safetensors"));
    message = assertFails("model.tensor.absent", () -> ModelDirectory.open(directory));
    assertTrue(message.contains("wte.weight") && message.contains("a.safetensors"), message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../b.safetensors",
        "/etc/passwd",
        "x/../b.safetensors",
        "./b.safetensors",
        "..",
        ".",
        "",
        "x\\\\b.safetensors",
        "b.safetensors\\u0000",
        "C:b.safetensors",
        "~"
      })
  void shardNamesStayInTheDirectory(String name) {
    writeShards(index(name));
    assertFails("model.shard.name", () -> ModelDirectory.open(directory));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "model.json.map       | {}",
        "model.json.map       | {\"weight_map\":[]}",
        "model.json.text      | {\"weight_map\":{\"wte.weight\":1}}",
        "model.json.syntax    | {\"weight_map\":",
        "model.tensor.missing | {\"weight_map\":{}}",
      })
  void damagedIndexes(String key, String index) {
    writeShards(index);
    assertFails(key, () -> ModelDirectory.open(directory));
  }

  // ---- links

  @Test
  void hubCachesConsistOfLinks() throws IOException {
    Path blobs = Files.createDirectories(directory.resolve("models--x/blobs"));
    Path snapshot = Files.createDirectories(directory.resolve("models--x/snapshots/0a1b"));
    ModelFixture.tiny().write(blobs);
    for (String name : List.of("config.json", "model.safetensors")) {
      Files.createSymbolicLink(snapshot.resolve(name), Path.of("../../blobs", name));
    }
    ModelDirectory.open(snapshot).close();

    Files.delete(blobs.resolve("config.json"));
    assertFails("model.directory.config", () -> ModelDirectory.open(snapshot));
  }

  @Test
  void devicesAndDirectoriesInPlaceOfFiles() throws IOException {
    ModelFixture.tiny().write(directory);
    Files.delete(directory.resolve("model.safetensors"));
    Files.createSymbolicLink(directory.resolve("model.safetensors"), Path.of("/dev/zero"));
    assertFails("model.file.irregular", () -> ModelDirectory.open(directory));
    Files.delete(directory.resolve("config.json"));
    Files.createDirectory(directory.resolve("config.json"));
    assertFails("model.file.irregular", () -> ModelDirectory.open(directory));
  }
}
