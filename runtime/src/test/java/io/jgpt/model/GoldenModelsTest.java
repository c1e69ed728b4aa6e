package io.jgpt.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every model that transformers wrote for the golden tests loads, whatever its form. */
class GoldenModelsTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final Path MINI = Path.of("../models/mini");

  static List<Path> models() throws IOException {
    try (Stream<Path> directories = Files.list(GOLDEN)) {
      return Stream.concat(directories, Stream.of(MINI))
          .filter(directory -> Files.exists(directory.resolve("config.json")))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void loads(Path directory) {
    try (ModelDirectory model = ModelDirectory.open(directory)) {
      Gpt2Config config = model.config();
      Gpt2Weights weights = model.weights();

      assertEquals(directory.getFileName().toString(), model.name());
      assertEquals(config.nLayer(), weights.layers().size());
      assertEquals(config.vocabSize(), weights.wte().dim(0));
      assertEquals(config.tieWordEmbeddings(), weights.tied());
      for (Tensor tensor : weights.tensors()) {
        assertTrue(tensor.data().isReadOnly(), tensor.name());
        assertEquals(
            tensor.elements() * tensor.dtype().bytes(), tensor.data().byteSize(), tensor.name());
      }
    }
  }

  @Test
  void storedTypesAreTheFilesOwn() {
    assertEquals(DType.F32, storedType("plain"));
    assertEquals(DType.BF16, storedType("bf16"));
    assertEquals(DType.BF16, storedType("sharded-bf16"));
    assertEquals(DType.F16, storedType("f16-bare"));
  }

  private static DType storedType(String name) {
    try (ModelDirectory model = ModelDirectory.open(GOLDEN.resolve(name))) {
      return model.weights().storedDType();
    }
  }

  @Test
  void theBundledModelLoads() {
    try (ModelDirectory model = ModelDirectory.open(MINI)) {
      assertEquals("mini", model.name());
      assertEquals(DType.BF16, model.weights().storedDType());
      assertTrue(model.weights().tied());
    }
  }

  @Test
  void shardsGiveTheSameWeightsAsTheirFilesHold() {
    try (ModelDirectory model = ModelDirectory.open(GOLDEN.resolve("sharded"))) {
      Gpt2Weights weights = model.weights();
      assertEquals(2 + 2 * 12 + 2, weights.tensors().size());
      assertEquals(
          weights.tensors().stream().mapToLong(t -> t.elements() * 4).sum(), weights.totalBytes());
    }
  }

  @Test
  void configurationSwitchesArrive() {
    try (ModelDirectory model = ModelDirectory.open(GOLDEN.resolve("hub-prefixed"))) {
      Gpt2Config config = model.config();
      assertEquals(101, config.nInner());
      assertEquals(11, config.headSize());
      assertSame(Activation.GELU_ERF, config.activation());
      assertEquals(0.03f, config.layerNormEpsilon());
      assertTrue(config.reorderAndUpcastAttn());
      assertTrue(config.scaleAttnByInverseLayerIdx());
      assertEquals(false, config.scaleAttnWeights());
      assertEquals(List.of(1), config.eosTokenIds());
      assertTrue(config.bosTokenId().isEmpty());
    }
    try (ModelDirectory model = ModelDirectory.open(GOLDEN.resolve("sharded-bf16"))) {
      assertTrue(model.config().bosTokenId().isEmpty(), "50256 is outside 207 tokens");
      assertEquals(List.of(3, 206), model.config().eosTokenIds());
    }
  }
}
