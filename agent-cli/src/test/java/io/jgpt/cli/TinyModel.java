package io.jgpt.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.IntUnaryOperator;

/**
 * A GPT-2 of one layer and random weights that writes lower-case letters and blanks: V 257 (every
 * byte, and end-of-text), P 64, C 16. Channel 0 behind the last LayerNorm is always 1, so that the
 * head's column 0 is a bias.
 */
final class TinyModel {

  static final int END_OF_TEXT = 256;
  static final int VOCABULARY = 257;
  static final int CONTEXT = 64;
  private static final int C = 16;

  private final Random random = new Random(7);
  private final Map<String, float[]> tensors = new LinkedHashMap<>();
  private final Map<String, String> shapes = new LinkedHashMap<>();

  private TinyModel() {}

  /** Writes the model into {@code directory}, which is made. */
  static Path write(Path directory) {
    try {
      Files.createDirectories(directory);
      new TinyModel().writeFiles(directory);
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void writeFiles(Path directory) throws IOException {
    Files.writeString(
        directory.resolve("config.json"),
        """
        {"model_type": "gpt2", "vocab_size": 257, "n_positions": 64, "n_embd": 16, "n_layer": 1,
         "n_head": 2, "bos_token_id": 256, "eos_token_id": 256, "tie_word_embeddings": false}
        """);
    Files.writeString(directory.resolve("vocab.json"), vocabulary());
    Files.writeString(directory.resolve("merges.txt"), "#version: 0.2\n");
    weights();
    Files.write(directory.resolve("model.safetensors"), safetensors());
  }

  private void weights() {
    matrix("wte.weight", VOCABULARY, C);
    matrix("wpe.weight", CONTEXT, C);
    matrix("h.0.attn.c_attn.weight", C, 3 * C);
    vector("h.0.attn.c_attn.bias", 3 * C, i -> 0);
    matrix("h.0.attn.c_proj.weight", C, C);
    vector("h.0.attn.c_proj.bias", C, i -> 0);
    matrix("h.0.mlp.c_fc.weight", C, 4 * C);
    vector("h.0.mlp.c_fc.bias", 4 * C, i -> 0);
    matrix("h.0.mlp.c_proj.weight", 4 * C, C);
    vector("h.0.mlp.c_proj.bias", C, i -> 0);
    for (String norm : new String[] {"h.0.ln_1", "h.0.ln_2", "ln_f"}) {
      boolean last = norm.equals("ln_f");
      vector(norm + ".weight", C, i -> last && i == 0 ? 0 : 1);
      vector(norm + ".bias", C, i -> last && i == 0 ? 1 : 0);
    }
    matrix("lm_head.weight", VOCABULARY, C);
    float[] head = tensors.get("lm_head.weight");
    for (int id = 0; id < VOCABULARY; id++) {
      boolean written = (id >= 'a' && id <= 'z') || id == ' ';
      head[id * C] = written ? 10 : -10;
    }
  }

  private void matrix(String name, int rows, int columns) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() * 0.6f;
    }
    tensors.put(name, values);
    shapes.put(name, "[" + rows + "," + columns + "]");
  }

  private void vector(String name, int length, IntUnaryOperator value) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = value.applyAsInt(i);
    }
    tensors.put(name, values);
    shapes.put(name, "[" + length + "]");
  }

  private byte[] safetensors() {
    var header = new StringBuilder("{");
    int offset = 0;
    for (String name : tensors.keySet()) {
      int end = offset + Float.BYTES * tensors.get(name).length;
      header.append(header.length() > 1 ? "," : "");
      header.append(
          "\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
              .formatted(name, shapes.get(name), offset, end));
      offset = end;
    }
    byte[] json = header.append("}").toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer file = ByteBuffer.allocate(8 + json.length + offset).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(json.length).put(json);
    tensors.values().forEach(values -> put(file, values));
    return file.array();
  }

  private static void put(ByteBuffer file, float[] values) {
    for (float value : values) {
      file.putFloat(value);
    }
  }

  /** Id i is byte i, spelled in GPT-2's byte alphabet. */
  private static String vocabulary() {
    var json = new StringBuilder("{");
    int shifted = 0;
    for (int b = 0; b < 256; b++) {
      boolean itself = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
      int spelled = itself ? b : 256 + shifted++;
      json.append("\"\\u%04x\": %d, ".formatted(spelled, b));
    }
    return json.append("\"<|endoftext|>\": 256}").toString();
  }
}
