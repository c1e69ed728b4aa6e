package io.jgpt.model;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.jgpt.error.ModelException;
import io.jgpt.testing.Mutator;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * 12,000 damaged model directories, each of which loads or fails with one line. Nothing else may
 * happen: no other exception, no read beyond a file, no memory out of proportion to the file.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES) // against endless loops, not for speed
class HostileFilesTest {

  /**
   * Many times what an undamaged file of this size takes, a thousandth of what a lie can ask for.
   */
  private static final long MOST_ALLOCATED = 16 << 20;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final List<Pattern> MISPLACED =
      List.of(
          Pattern.compile("\"data_offsets\":\\[[0-9, ]*]"),
          Pattern.compile("\"shape\":\\[[0-9, ]*]"),
          Pattern.compile("\"[a-z][a-zA-Z0-9_.]*\":\\{"),
          Pattern.compile("[0-9]+"));

  @TempDir Path directory;

  /** How often each message came, and the empty key for a model that loaded. */
  private final Map<String, Integer> outcomes = new TreeMap<>();

  @BeforeEach
  void writeModel() {
    ModelFixture.tiny()
        .add("lm_head.weight", "F32", 4, 7, 4)
        .add("transformer.h.0.attn.bias", "U8", 1, 1, 1, 5, 5)
        .set("eos_token_id", "[1, 6]")
        .set("activation_function", "\"gelu_new\"")
        .set("architectures", "[\"GPT2LMHeadModel\"]")
        .set("layer_norm_epsilon", "1e-05")
        .set("n_inner", "null")
        .set("scale_attn_weights", "true")
        .set("task_specific_params", "{\"text-generation\": {\"max_length\": 50}}")
        .write(directory);
  }

  @Test
  void damagedSafetensorsBytes() throws IOException {
    fuzz("model.safetensors", 1, 3000, mutator -> mutator::bytes);
    assertSeen(
        "model.safetensors.beyond",
        "model.safetensors.header",
        "model.safetensors.remainder",
        "model.json.syntax");
  }

  @Test
  void damagedSafetensorsHeaders() throws IOException {
    fuzz("model.safetensors", 2, 4000, mutator -> file -> damageHeader(mutator, file));
    assertSeen(
        "model.safetensors.overlap",
        "model.safetensors.hole",
        "model.safetensors.size",
        "model.safetensors.overflow",
        "model.safetensors.number",
        "model.safetensors.offsets",
        "model.tensor.shape",
        "model.tensor.missing",
        "model.tensor.dtype",
        "model.json.limit");
  }

  /** Changes the JSON; its stated length follows, except one time in eight. */
  private static byte[] damageHeader(Mutator mutator, byte[] file) {
    int length = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    byte[] header = Arrays.copyOfRange(file, 8, 8 + length);
    byte[] damaged = mutator.below(2) == 0 ? misplace(mutator, header) : mutator.json(header);
    byte[] data = Arrays.copyOfRange(file, 8 + length, file.length);
    int lie = mutator.below(8) == 0 ? mutator.below(64) - 32 : 0;
    return ByteBuffer.allocate(8 + damaged.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(damaged.length + lie)
        .put(damaged)
        .put(data)
        .array();
  }

  /** A header of valid form whose tensors have each other's offsets, shapes or names. */
  private static byte[] misplace(Mutator mutator, byte[] header) {
    Pattern value = MISPLACED.get(mutator.below(MISPLACED.size()));
    String text = new String(header, StandardCharsets.UTF_8);
    return mutator.misplace(text, value).getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void damagedIndexes() throws IOException {
    byte[] weights = Files.readAllBytes(directory.resolve("model.safetensors"));
    Files.delete(directory.resolve("model.safetensors"));
    Files.write(directory.resolve("model-00001-of-00001.safetensors"), weights);
    StringBuilder index = new StringBuilder("{\"metadata\": {\"total_size\": 2000},\n");
    index.append(" \"weight_map\": {");
    for (String name : ModelFixture.tiny().tensors.keySet()) {
      index.append("\n  \"").append(name).append("\": \"model-00001-of-00001.safetensors\",");
    }
    index.setCharAt(index.length() - 1, '}');
    Files.writeString(directory.resolve("model.safetensors.index.json"), index.append("}\n"));

    fuzz("model.safetensors.index.json", 3, 2000, mutator -> mutator::json);
    assertSeen("model.shard.name", "model.tensor.missing", "model.json.text", "model.json.limit");
  }

  @Test
  void damagedConfigurations() throws IOException {
    fuzz("config.json", 4, 2000, mutator -> mutator::json);
    assertSeen(
        "model.config.range",
        "model.config.type",
        "model.json.integer",
        "model.json.syntax",
        "model.json.utf8",
        "model.tensor.shape");
  }

  @Test
  void damagedGenerationConfigurations() throws IOException {
    Files.writeString(
        directory.resolve("generation_config.json"),
        """
        {"_from_model_config": true, "bos_token_id": 0, "do_sample": true, "eos_token_id": [1, 6],
         "max_new_tokens": 20, "min_p": 0.1, "repetition_penalty": 1.1, "temperature": 0.9,
         "top_k": 40, "top_p": 0.95, "typical_p": 0.9, "transformers_version": "5.18.0"}
        """);
    fuzz("generation_config.json", 5, 1000, mutator -> mutator::json);
    assertSeen("model.generation.range", "model.json.number", "model.json.integer");
  }

  private void fuzz(
      String name, long seed, int usual, Function<Mutator, Function<byte[], byte[]>> damage)
      throws IOException {
    int rounds = Mutator.rounds(usual);
    Path file = directory.resolve(name);
    byte[] original = Files.readAllBytes(file);
    open("the undamaged model", original.length);
    assertTrue(outcomes.containsKey(""), "the undamaged model loads");
    Mutator mutator = new Mutator(seed);
    Function<byte[], byte[]> mutation = damage.apply(mutator);
    for (int round = 0; round < rounds; round++) {
      byte[] damaged = mutation.apply(original);
      Files.delete(file); // overwriting it may wait for the disk
      Files.write(file, damaged);
      open(name + ", seed " + seed + ", round " + round, damaged.length);
    }
    int loaded = outcomes.get("");
    assertTrue(loaded < rounds / 2, () -> "most damage is found: " + outcomes);
  }

  private void open(String what, int bytes) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try (ModelDirectory model = ModelDirectory.open(directory)) {
      touch(model.weights());
      outcomes.merge("", 1, Integer::sum);
    } catch (ModelException e) {
      outcomes.merge(e.key(), 1, Integer::sum);
      assertOneLine(e.getMessage());
      assertOneLine(e.message(Locale.CHINESE));
    } catch (RuntimeException | Error e) {
      throw new AssertionError(what, e);
    }
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertTrue(allocated < MOST_ALLOCATED, () -> what + ": " + bytes + " bytes took " + allocated);
  }

  /** Reads the ends of every tensor: a mapping beyond the file would fault. */
  private static void touch(Gpt2Weights weights) {
    for (Tensor tensor : weights.tensors()) {
      tensor.data().get(ValueLayout.JAVA_BYTE, 0);
      tensor.data().get(ValueLayout.JAVA_BYTE, tensor.data().byteSize() - 1);
    }
  }

  private static void assertOneLine(String message) {
    assertFalse(message.isBlank());
    assertTrue(message.length() < 2000, message);
    assertTrue(message.codePoints().noneMatch(Character::isISOControl), message);
    assertTrue(
        new String(message.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)
            .equals(message),
        message);
  }

  /** That the damage reached these rules, so that the test is known to test them. */
  private void assertSeen(String... keys) {
    for (String key : keys) {
      assertTrue(outcomes.containsKey(key), () -> key + " never came: " + outcomes);
    }
  }
}
