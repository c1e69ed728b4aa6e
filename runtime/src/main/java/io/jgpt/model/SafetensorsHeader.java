package io.jgpt.model;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.jgpt.error.ModelException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The table of contents of a safetensors file, checked by the rules of the format's reference
 * implementation: the tensors cover the data exactly, without overlap, hole or remainder, and each
 * is as large as its shape and type say. What passes can be sliced without another check.
 */
final class SafetensorsHeader {

  /**
   * One tensor as the header describes it.
   *
   * @param dtype as the file spells it; perhaps one that jgpt does not compute with
   * @param begin of its bytes, counted from the start of the data
   * @param end one past its last byte
   */
  record Entry(String name, String dtype, List<Long> shape, long begin, long end) {}

  private static final int MAX_RANK = 64;
  private static final int MAX_TENSORS = 1 << 16;

  /** Bits of an element, for all types of the format. */
  private static final Map<String, Integer> BITS =
      Map.ofEntries(
          Map.entry("BOOL", 8),
          Map.entry("F4", 4),
          Map.entry("F6_E2M3", 6),
          Map.entry("F6_E3M2", 6),
          Map.entry("F8_E4M3", 8),
          Map.entry("F8_E5M2", 8),
          Map.entry("F8_E8M0", 8),
          Map.entry("F8_E4M3FNUZ", 8),
          Map.entry("F8_E5M2FNUZ", 8),
          Map.entry("U8", 8),
          Map.entry("I8", 8),
          Map.entry("U16", 16),
          Map.entry("I16", 16),
          Map.entry("F16", 16),
          Map.entry("BF16", 16),
          Map.entry("U32", 32),
          Map.entry("I32", 32),
          Map.entry("F32", 32),
          Map.entry("U64", 64),
          Map.entry("I64", 64),
          Map.entry("F64", 64),
          Map.entry("C64", 64));

  private final Path file;
  private final long dataSize;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private SafetensorsHeader(Path file, long dataSize) {
    this.file = file;
    this.dataSize = dataSize;
  }

  /**
   * Parses and checks.
   *
   * @param text the JSON
   * @param dataSize bytes of the file after the header
   * @return the tensors by name, in the header's order
   * @throws ModelException naming the tensor, what was expected and what is there
   */
  static Map<String, Entry> parse(Path file, char[] text, long dataSize) {
    SafetensorsHeader header = new SafetensorsHeader(file, dataSize);
    try (JsonParser parser = JsonFields.FACTORY.createParser(text)) {
      header.readObject(parser);
    } catch (IOException e) {
      throw JsonFields.syntax(file, e);
    }
    header.checkLayout();
    return header.entries;
  }

  private void readObject(JsonParser parser) throws IOException {
    expect(parser, parser.nextToken(), JsonToken.START_OBJECT);
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      expect(parser, parser.nextToken(), JsonToken.START_OBJECT);
      if (name.equals("__metadata__")) {
        readMetadata(parser);
      } else {
        if (entries.size() == MAX_TENSORS) {
          throw new ModelException("model.safetensors.count", file, MAX_TENSORS);
        }
        entries.put(name, readEntry(parser, name));
      }
    }
    if (parser.nextToken() != null) {
      throw malformed(parser);
    }
  }

  /** Strings by name; what they say does not matter here. */
  private void readMetadata(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      expect(parser, parser.nextToken(), JsonToken.VALUE_STRING);
    }
  }

  private Entry readEntry(JsonParser parser, String name) throws IOException {
    String dtype = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "dtype" -> {
          expect(parser, parser.currentToken(), JsonToken.VALUE_STRING);
          dtype = parser.getText();
        }
        case "shape" -> shape = readSizes(parser, name);
        case "data_offsets" -> offsets = readSizes(parser, name);
        default -> parser.skipChildren();
      }
    }
    if (dtype == null || shape == null || offsets == null || offsets.size() != 2) {
      throw new ModelException("model.safetensors.fields", file, name);
    }
    Entry entry = new Entry(name, dtype, List.copyOf(shape), offsets.get(0), offsets.get(1));
    checkSize(entry);
    return entry;
  }

  /** An array of integers from 0 to 2^63 - 1. */
  private List<Long> readSizes(JsonParser parser, String name) throws IOException {
    expect(parser, parser.currentToken(), JsonToken.START_ARRAY);
    List<Long> sizes = new ArrayList<>(4);
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      expect(parser, parser.currentToken(), JsonToken.VALUE_NUMBER_INT);
      boolean fits = parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
      if (!fits || parser.getLongValue() < 0) {
        throw new ModelException("model.safetensors.number", file, name, parser.getText());
      }
      if (sizes.size() == MAX_RANK) {
        throw new ModelException("model.safetensors.rank", file, name, MAX_RANK);
      }
      sizes.add(parser.getLongValue());
    }
    return sizes;
  }

  private void checkSize(Entry entry) {
    if (entry.begin > entry.end) {
      throw new ModelException(
          "model.safetensors.offsets", file, entry.name, entry.begin, entry.end);
    }
    if (entry.end > dataSize) {
      throw new ModelException("model.safetensors.beyond", file, entry.name, entry.end, dataSize);
    }
    Integer bits = BITS.get(entry.dtype);
    if (bits == null) {
      // Of a type that this version of the format does not have: nobody can say its size. It is an
      // error only if the model needs the tensor.
      return;
    }
    long held = entry.end - entry.begin;
    long size = bits;
    try {
      for (long dimension : entry.shape) {
        size = Math.multiplyExact(size, dimension);
      }
    } catch (ArithmeticException e) {
      throw new ModelException(
          e, "model.safetensors.overflow", file, entry.name, entry.dtype, entry.shape);
    }
    if (size % 8 != 0 || size / 8 != held) {
      throw new ModelException(
          "model.safetensors.size", file, entry.name, entry.dtype, entry.shape, size / 8, held);
    }
  }

  /** The tensors follow each other from the first byte of the data to the last. */
  private void checkLayout() {
    List<Entry> sorted = new ArrayList<>(entries.values());
    sorted.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long end = 0;
    String previous = "";
    for (Entry entry : sorted) {
      if (entry.begin < end) {
        throw new ModelException(
            "model.safetensors.overlap", file, previous, end, entry.name, entry.begin);
      }
      if (entry.begin > end) {
        throw new ModelException("model.safetensors.hole", file, end, entry.begin, entry.name);
      }
      end = entry.end;
      previous = entry.name;
    }
    if (end != dataSize) {
      throw new ModelException("model.safetensors.remainder", file, dataSize - end);
    }
  }

  private void expect(JsonParser parser, JsonToken found, JsonToken expected) throws IOException {
    if (found != expected) {
      throw malformed(parser);
    }
  }

  private ModelException malformed(JsonParser parser) throws IOException {
    return new ModelException(
        "model.safetensors.malformed",
        file,
        parser.currentTokenLocation().getCharOffset(),
        parser.hasCurrentToken() ? parser.getText() : "");
  }
}
