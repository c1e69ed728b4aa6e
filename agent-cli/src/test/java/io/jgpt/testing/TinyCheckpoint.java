package io.jgpt.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** The weights of a GPT-2 of one layer, drawn at random, as a safetensors file. */
public final class TinyCheckpoint {

  private final Random random;
  private final Map<String, float[]> tensors = new LinkedHashMap<>();
  private final Map<String, String> shapes = new LinkedHashMap<>();

  /**
   * A head of its own, LayerNorms that scale by 1, biases of 0.
   *
   * @param v vocabulary
   * @param p positions
   * @param c channels
   */
  public TinyCheckpoint(long seed, int v, int p, int c) {
    random = new Random(seed);
    matrix("wte.weight", v, c);
    matrix("wpe.weight", p, c);
    matrix("h.0.attn.c_attn.weight", c, 3 * c);
    vector("h.0.attn.c_attn.bias", 3 * c, 0);
    matrix("h.0.attn.c_proj.weight", c, c);
    vector("h.0.attn.c_proj.bias", c, 0);
    matrix("h.0.mlp.c_fc.weight", c, 4 * c);
    vector("h.0.mlp.c_fc.bias", 4 * c, 0);
    matrix("h.0.mlp.c_proj.weight", 4 * c, c);
    vector("h.0.mlp.c_proj.bias", c, 0);
    for (String norm : new String[] {"h.0.ln_1", "h.0.ln_2", "ln_f"}) {
      vector(norm + ".weight", c, 1);
      vector(norm + ".bias", c, 0);
    }
    matrix("lm_head.weight", v, c);
  }

  /** The numbers of a tensor, to be changed. */
  public float[] tensor(String name) {
    return tensors.get(name);
  }

  private void matrix(String name, int rows, int columns) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() * 0.6f;
    }
    tensors.put(name, values);
    shapes.put(name, "[" + rows + "," + columns + "]");
  }

  private void vector(String name, int length, float value) {
    float[] values = new float[length];
    Arrays.fill(values, value);
    tensors.put(name, values);
    shapes.put(name, "[" + length + "]");
  }

  /** Writes {@code model.safetensors}. */
  public void write(Path directory) throws IOException {
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
    for (float[] values : tensors.values()) {
      for (float value : values) {
        file.putFloat(value);
      }
    }
    Files.write(directory.resolve("model.safetensors"), file.array());
  }

  /** A vocabulary's members in JSON: id i is byte i, spelled in GPT-2's byte alphabet. */
  public static String bytes() {
    var json = new StringBuilder();
    int shifted = 0;
    for (int b = 0; b < 256; b++) {
      boolean itself = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
      int spelled = itself ? b : 256 + shifted++;
      json.append(b == 0 ? "" : ", ").append("\"\\u%04x\": %d".formatted(spelled, b));
    }
    return json.toString();
  }
}
