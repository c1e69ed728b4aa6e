package io.jgpt.examples;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes a GPT-2 of a few kilobytes with random weights; its tokens are single bytes. */
final class TinyModel {

  private static final int V = 257;
  private static final int P = 256;
  private static final int C = 8;

  private final Random random = new Random(0);
  private final List<String> header = new ArrayList<>();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();

  private TinyModel() {}

  static void write(Path directory) throws IOException {
    Files.writeString(
        directory.resolve("config.json"),
        """
        {"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "activation_function": "gelu_new",
         "vocab_size": %d, "n_positions": %d, "n_embd": %d, "n_layer": 1, "n_head": 2,
         "layer_norm_epsilon": 1e-5, "bos_token_id": 256, "eos_token_id": 256}
        """
            .formatted(V, P, C));
    Files.writeString(directory.resolve("vocab.json"), vocabulary());
    Files.writeString(directory.resolve("merges.txt"), "#version: 0.2\n");
    Files.write(directory.resolve("model.safetensors"), new TinyModel().weights());
  }

  /** The 256 bytes as GPT-2 spells them, then end-of-text. */
  private static String vocabulary() {
    List<Integer> shown =
        IntStream.range(0, 256)
            .filter(b -> (b > 32 && b < 127) || (b > 160 && b != 173))
            .boxed()
            .toList();
    List<String> entries = new ArrayList<>();
    int others = 256;
    for (int b = 0; b < 256; b++) {
      int spelling = shown.contains(b) ? b : others++;
      String escaped = "\\u%04x".formatted(spelling);
      entries.add("\"" + escaped + "\": " + b);
    }
    entries.add("\"<|endoftext|>\": 256");
    return entries.stream().collect(Collectors.joining(", ", "{", "}"));
  }

  private byte[] weights() {
    add("wte.weight", V, C);
    add("wpe.weight", P, C);
    for (String name : List.of("h.0.ln_1", "h.0.ln_2", "ln_f")) {
      add(name + ".weight", C);
      add(name + ".bias", C);
    }
    linear("h.0.attn.c_attn", C, 3 * C);
    linear("h.0.attn.c_proj", C, C);
    linear("h.0.mlp.c_fc", C, 4 * C);
    linear("h.0.mlp.c_proj", 4 * C, C);
    byte[] json =
        header.stream().collect(Collectors.joining(",", "{", "}")).getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + data.size())
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .put(data.toByteArray())
        .array();
  }

  private void linear(String name, int in, int out) {
    add(name + ".weight", in, out);
    add(name + ".bias", out);
  }

  private void add(String name, int... shape) {
    int begin = data.size();
    int elements = IntStream.of(shape).reduce(1, (a, b) -> a * b);
    var bytes = ByteBuffer.allocate(4 * elements).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      bytes.putFloat((float) random.nextGaussian());
    }
    data.writeBytes(bytes.array());
    String dims = IntStream.of(shape).mapToObj(Integer::toString).collect(Collectors.joining(","));
    header.add(
        "\"%s\":{\"dtype\":\"F32\",\"shape\":[%s],\"data_offsets\":[%d,%d]}"
            .formatted(name, dims, begin, data.size()));
  }
}
