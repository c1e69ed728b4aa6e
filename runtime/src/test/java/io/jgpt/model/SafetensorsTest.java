package io.jgpt.model;

import static io.jgpt.model.ModelFixture.assertFails;
import static io.jgpt.model.ModelFixture.entry;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {

  @TempDir Path directory;
  private final Arena arena = Arena.ofAuto();

  private Safetensors map(String header, int dataBytes) {
    byte[] data = new byte[dataBytes];
    for (int i = 0; i < dataBytes; i++) {
      data[i] = (byte) i;
    }
    return map(ModelFixture.safetensors(header, data));
  }

  private Safetensors map(byte[] bytes) {
    Path file = directory.resolve("model.safetensors");
    ModelFixture.writeBytes(file, bytes);
    return Safetensors.map(file, arena);
  }

  private static String f32(String name, long begin, long end, Long... shape) {
    return entry(name, "F32", List.of(shape), begin, end);
  }

  private static String header(String... entries) {
    return "{" + String.join(",", entries) + "}";
  }

  @Test
  void tensorsAreViewsOfTheirBytes() {
    // Stored in another order than listed, as the reference implementation's alignment sort does.
    Safetensors file =
        map(header(f32("b", 8, 16, 2L), entry("a", "BF16", List.of(2L, 2L), 0, 8)) + "   ", 16);

    assertEquals(Set.of("a", "b"), file.names());
    Tensor a = file.tensor("a");
    assertEquals(DType.BF16, a.dtype());
    assertArrayEquals(new long[] {2, 2}, a.shape());
    assertEquals(4, a.elements());
    assertTrue(a.data().isReadOnly());
    assertEquals(0x0b0a0908, file.tensor("b").data().get(ValueLayout.JAVA_INT_UNALIGNED, 0));
  }

  @Test
  void scalarsAndEmptyTensorsAreTensors() {
    Safetensors file = map(header(f32("scalar", 0, 4), f32("none", 4, 4, 0L, 3L)), 4);
    assertEquals(0, file.tensor("scalar").rank());
    assertEquals(1, file.tensor("scalar").elements());
    assertEquals(0, file.tensor("none").elements());
  }

  @Test
  void aFileWithoutTensorsIsValid() {
    assertEquals(Set.of(), map("{}", 0).names());
    assertEquals(Set.of(), map("{\"__metadata__\":{\"format\":\"pt\"}}", 0).names());
  }

  @Test
  void viewsEndWithTheirArena() {
    Tensor tensor;
    try (Arena shorter = Arena.ofConfined()) {
      Path file = directory.resolve("x");
      ModelFixture.writeBytes(
          file, ModelFixture.safetensors(header(f32("a", 0, 4, 1L)), new byte[4]));
      tensor = Safetensors.map(file, shorter).tensor("a");
    }
    assertThrows(IllegalStateException.class, () -> tensor.data().get(ValueLayout.JAVA_BYTE, 0));
  }

  @Test
  void typesThatAreNotComputedWithMatterOnlyWhenAskedFor() {
    Safetensors file =
        map(
            header(entry("mask", "U8", List.of(4L), 0, 4), entry("new", "F2", List.of(9L), 4, 7)),
            7);
    assertTrue(assertFails("model.tensor.dtype", () -> file.tensor("mask")).contains("U8"));
    assertTrue(assertFails("model.tensor.dtype", () -> file.tensor("new")).contains("F2"));
    assertFails("model.tensor.absent", () -> file.tensor("other"));
  }

  @Test
  void filesThatEndBeforeTheirHeader() {
    assertFails("model.safetensors.short", () -> map(new byte[0]));
    assertFails("model.safetensors.short", () -> map(new byte[8]));
    byte[] file = ModelFixture.safetensors(header(f32("a", 0, 4, 1L)), new byte[4]);
    assertFails("model.safetensors.header", () -> map(Arrays.copyOf(file, 20)));
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32, 200})
  void headerLengthsBeyondTheFile(long length) {
    byte[] file = ModelFixture.safetensors("{}", new byte[0]);
    for (int i = 0; i < 8; i++) {
      file[i] = (byte) (length >>> (8 * i));
    }
    String message = assertFails("model.safetensors.header", () -> map(file));
    assertTrue(message.contains(Long.toUnsignedString(length)), message);
  }

  @Test
  void headerLengthsOutOfRange() throws IOException {
    byte[] none = ModelFixture.safetensors("", new byte[] {'{', '}'});
    assertFails("model.safetensors.length", () -> map(none));

    Path huge = directory.resolve("huge");
    try (var file = new RandomAccessFile(huge.toFile(), "rw")) {
      file.write(new byte[] {1, 0, 0, 1}); // 16 MiB + 1
      file.setLength(20 << 20); // sparse
    }
    assertFails("model.safetensors.length", () -> Safetensors.map(huge, arena));
  }

  @Test
  void headersThatAreNoUtf8() {
    byte[] file = ModelFixture.safetensors(header(f32("a", 0, 4, 1L)), new byte[4]);
    file[8 + 2] = (byte) 0xff;
    String message = assertFails("model.json.utf8", () -> map(file));
    assertTrue(message.contains("byte 2"), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "model.safetensors.start     | []",
        "model.safetensors.start     | ` {}`",
        "model.json.syntax           | {",
        "model.json.syntax           | {]",
        "model.json.syntax           | {} x",
        "model.safetensors.malformed | {} {}",
        "model.safetensors.malformed | {\"a\":1}",
        "model.safetensors.malformed | {\"a\":null}",
        "model.safetensors.malformed | {\"a\":{\"dtype\":32}}",
        "model.safetensors.malformed | {\"a\":{\"shape\":{}}}",
        "model.safetensors.malformed | {\"a\":{\"shape\":[1.5]}}",
        "model.safetensors.malformed | {\"a\":{\"shape\":[[1]]}}",
        "model.safetensors.malformed | {\"a\":{\"data_offsets\":\"0,4\"}}",
        "model.safetensors.malformed | {\"__metadata__\":[]}",
        "model.safetensors.malformed | {\"__metadata__\":{\"format\":1}}",
        "model.safetensors.fields    | {\"a\":{}}",
        "model.safetensors.fields    | {\"a\":{\"dtype\":\"F32\",\"shape\":[]}}",
        "model.safetensors.fields    | {\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0]}}",
        "model.safetensors.number    | {\"a\":{\"shape\":[-1]}}",
        "model.safetensors.number    | {\"a\":{\"shape\":[9223372036854775808]}}",
      })
  void headersOfTheWrongForm(String key, String header) {
    assertFails(key, () -> map(header, 0));
  }

  @Test
  void keysAndTensorsAppearOnce() {
    String twice = header(f32("a", 0, 4, 1L), f32("a", 0, 4, 1L));
    assertTrue(assertFails("model.json.syntax", () -> map(twice, 4)).contains("uplicate"));
    String field =
        "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}";
    assertFails("model.json.syntax", () -> map(field, 4));
  }

  @Test
  void deepNestingIsRefusedWithoutRecursion() {
    String nested = "{\"a\":{\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}}";
    assertFails("model.json.limit", () -> map(nested, 0));
  }

  @Test
  void unknownFieldsOfATensorAreSkipped() {
    String extra =
        "{\"a\":{\"dtype\":\"F32\",\"x\":{\"y\":[1]},\"shape\":[1],\"data_offsets\":[0,4]}}";
    assertEquals(1, map(extra, 4).tensor("a").elements());
  }

  @Test
  void offsetsStayInsideTheData() {
    String message =
        assertFails("model.safetensors.beyond", () -> map(header(f32("a", 0, 8, 2L)), 4));
    assertTrue(message.contains("tensor a") && message.contains("8") && message.contains("4"));
    assertFails("model.safetensors.offsets", () -> map(header(f32("a", 4, 0, 1L)), 4));
    assertFails(
        "model.safetensors.beyond",
        () -> map(header(f32("a", Long.MAX_VALUE - 3, Long.MAX_VALUE, 1L)), 4));
  }

  @Test
  void shapesAreAsLargeAsTheirOffsets() {
    String message =
        assertFails("model.safetensors.size", () -> map(header(f32("a", 0, 8, 3L)), 8));
    assertTrue(message.contains("F32 [3]") && message.contains("12"), message);
    assertFails(
        "model.safetensors.size",
        () -> map(header(entry("a", "F4", List.of(3L), 0, 1)), 1)); // 12 bits
  }

  @Test
  void shapeProductsDoNotOverflow() {
    assertFails(
        "model.safetensors.overflow",
        () -> map(header(f32("a", 0, 0, 1L << 32, 1L << 32)), 0)); // 2^64 = 0 in 64 bits
    assertFails("model.safetensors.overflow", () -> map(header(f32("a", 0, 8, (1L << 62) + 1)), 8));
  }

  @Test
  void ranksAreLimited() {
    Long[] ones = new Long[65];
    Arrays.fill(ones, 1L);
    assertFails("model.safetensors.rank", () -> map(header(f32("a", 0, 4, ones)), 4));
  }

  @Test
  void tensorsCoverTheDataExactly() {
    assertFails(
        "model.safetensors.overlap", () -> map(header(f32("a", 0, 8, 2L), f32("b", 4, 8, 1L)), 8));
    assertFails(
        "model.safetensors.overlap", () -> map(header(f32("a", 0, 4, 1L), f32("b", 0, 4, 1L)), 4));
    assertFails(
        "model.safetensors.hole", () -> map(header(f32("a", 0, 4, 1L), f32("b", 8, 12, 1L)), 12));
    assertFails("model.safetensors.hole", () -> map(header(f32("a", 4, 8, 1L)), 8));
    assertFails("model.safetensors.remainder", () -> map(header(f32("a", 0, 4, 1L)), 5));
  }

  @Test
  void tensorCountIsLimited() {
    StringBuilder many =
        new StringBuilder("{\"0\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}");
    for (int i = 1; i <= 1 << 16; i++) {
      many.append(",\"")
          .append(i)
          .append("\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}");
    }
    assertFails("model.safetensors.count", () -> map(many.append('}').toString(), 0));
  }

  @Test
  void filesOverTwoGibibytesAreMapped() throws IOException {
    long elements = (3L << 30) / 4; // 3 GiB, sparse
    byte[] start =
        ModelFixture.safetensors(
            header(
                f32("big", 0, 4 * elements, elements),
                f32("last", 4 * elements, 4 * elements + 4, 1L)),
            new byte[0]);
    Path file = directory.resolve("big");
    try (var out = new RandomAccessFile(file.toFile(), "rw")) {
      out.write(start);
      out.setLength(start.length + 4 * elements + 4);
      out.seek(start.length + 4 * elements);
      out.writeInt(0x01020304);
    }
    Safetensors big = Safetensors.map(file, arena);
    assertEquals(elements, big.tensor("big").elements());
    assertEquals(0x04030201, big.tensor("last").data().get(ValueLayout.JAVA_INT_UNALIGNED, 0));
    Files.delete(file);
  }

  @Test
  void missingAndIrregularFiles() {
    assertFails("model.file.missing", () -> Safetensors.map(directory.resolve("nowhere"), arena));
    assertFails("model.file.irregular", () -> Safetensors.map(directory, arena));
  }

  @Test
  void aTensorIsAsLargeAsItsShape() {
    MemorySegment four = MemorySegment.ofArray(new byte[4]);
    assertEquals(2, new Tensor("a", DType.BF16, new long[] {2, 1}, four).elements());
    assertThrows(
        IllegalArgumentException.class, () -> new Tensor("a", DType.F32, new long[] {2}, four));
  }
}
