package io.jgpt.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jgpt.error.ModelException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.junit.jupiter.api.function.Executable;

/**
 * A small GPT-2 directory that a test can bend before it is written: V 7, P 5, C 4, two layers, two
 * heads, F 16.
 */
final class ModelFixture {

  /** A tensor to write: its bytes are running numbers from {@code firstByte} on. */
  record Stored(String dtype, List<Long> shape, int byteCount, int firstByte) {

    static Stored of(String dtype, int bytesPerElement, long... shape) {
      long elements = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
      List<Long> dimensions = Arrays.stream(shape).boxed().toList();
      return new Stored(dtype, dimensions, (int) elements * bytesPerElement, 0);
    }

    byte[] bytes() {
      byte[] bytes = new byte[byteCount];
      for (int i = 0; i < byteCount; i++) {
        bytes[i] = (byte) (firstByte + i);
      }
      return bytes;
    }
  }

  /** Fields of config.json, each value as JSON. */
  final Map<String, String> config = new LinkedHashMap<>();

  final Map<String, Stored> tensors = new LinkedHashMap<>();

  static ModelFixture tiny() {
    return tiny("transformer.", "F32", 4);
  }

  static ModelFixture tiny(String prefix, String dtype, int bytes) {
    ModelFixture fixture = new ModelFixture();
    fixture.config.put("model_type", "\"gpt2\"");
    fixture.config.put("vocab_size", "7");
    fixture.config.put("n_positions", "5");
    fixture.config.put("n_embd", "4");
    fixture.config.put("n_layer", "2");
    fixture.config.put("n_head", "2");
    fixture.add(prefix + "wte.weight", dtype, bytes, 7, 4);
    fixture.add(prefix + "wpe.weight", dtype, bytes, 5, 4);
    for (int i = 0; i < 2; i++) {
      String h = prefix + "h." + i + ".";
      fixture.add(h + "ln_1.weight", dtype, bytes, 4);
      fixture.add(h + "ln_1.bias", dtype, bytes, 4);
      fixture.add(h + "attn.c_attn.weight", dtype, bytes, 4, 12);
      fixture.add(h + "attn.c_attn.bias", dtype, bytes, 12);
      fixture.add(h + "attn.c_proj.weight", dtype, bytes, 4, 4);
      fixture.add(h + "attn.c_proj.bias", dtype, bytes, 4);
      fixture.add(h + "ln_2.weight", dtype, bytes, 4);
      fixture.add(h + "ln_2.bias", dtype, bytes, 4);
      fixture.add(h + "mlp.c_fc.weight", dtype, bytes, 4, 16);
      fixture.add(h + "mlp.c_fc.bias", dtype, bytes, 16);
      fixture.add(h + "mlp.c_proj.weight", dtype, bytes, 16, 4);
      fixture.add(h + "mlp.c_proj.bias", dtype, bytes, 4);
    }
    fixture.add(prefix + "ln_f.weight", dtype, bytes, 4);
    fixture.add(prefix + "ln_f.bias", dtype, bytes, 4);
    return fixture;
  }

  ModelFixture add(String name, String dtype, int bytesPerElement, long... shape) {
    tensors.put(name, Stored.of(dtype, bytesPerElement, shape));
    return this;
  }

  /** As {@link #add}, with bytes that no other tensor has. */
  ModelFixture addDifferent(String name, String dtype, int bytesPerElement, long... shape) {
    Stored stored = Stored.of(dtype, bytesPerElement, shape);
    tensors.put(name, new Stored(dtype, stored.shape(), stored.byteCount(), 100));
    return this;
  }

  ModelFixture set(String field, String json) {
    config.put(field, json);
    return this;
  }

  String configJson() {
    StringJoiner json = new StringJoiner(",\n ", "{", "}\n");
    config.forEach((field, value) -> json.add('"' + field + "\": " + value));
    return json.toString();
  }

  /** Writes config.json and model.safetensors; returns the directory. */
  Path write(Path directory) {
    writeText(directory.resolve("config.json"), configJson());
    writeBytes(directory.resolve("model.safetensors"), safetensors(tensors));
    return directory;
  }

  /** A safetensors file as the reference implementation would write it, unsorted. */
  static byte[] safetensors(Map<String, Stored> tensors) {
    StringJoiner header = new StringJoiner(",", "{\"__metadata__\":{\"format\":\"pt\"},", "}");
    header.setEmptyValue("{}");
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    tensors.forEach(
        (name, tensor) -> {
          int begin = data.size();
          data.writeBytes(tensor.bytes());
          header.add(entry(name, tensor.dtype(), tensor.shape(), begin, data.size()));
        });
    return safetensors(header.toString(), data.toByteArray());
  }

  static String entry(String name, String dtype, List<Long> shape, long begin, long end) {
    return String.format(
        Locale.ROOT,
        "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}",
        name,
        dtype,
        shape,
        begin,
        end);
  }

  static byte[] safetensors(String header, byte[] data) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + text.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .put(data)
        .array();
  }

  static void writeText(Path file, String text) {
    writeBytes(file, text.getBytes(StandardCharsets.UTF_8));
  }

  static void writeBytes(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asserts that the action fails with the message {@code key}; returns the English line. */
  static String assertFails(String key, Executable action) {
    ModelException failure = assertThrows(ModelException.class, action);
    assertEquals(key, failure.key(), failure.getMessage());
    assertFalse(failure.getMessage().contains("\n"), failure.getMessage());
    return failure.getMessage();
  }
}
