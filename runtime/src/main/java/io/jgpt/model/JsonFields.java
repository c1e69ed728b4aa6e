package io.jgpt.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.jgpt.error.ModelException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A small JSON object from a file that is not trusted: typed fields, and errors that name the file,
 * the field, what was expected and what is there. Used for configurations; safetensors headers are
 * streamed.
 */
final class JsonFields {

  /**
   * Every JSON of a model is read with these: limits far above what a model needs, so that a
   * hostile file costs little, and no key twice, since readers differ in which one counts.
   */
  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(64)
                  .maxNumberLength(100)
                  .maxNameLength(4096)
                  .maxStringLength(1 << 20)
                  .maxTokenCount(1 << 20)
                  .build())
          .build();

  private static final int MAX_BYTES = 4 << 20;

  /** JSON's null; an absent field is Java's. */
  private static final Object NULL =
      new Object() {
        @Override
        public String toString() {
          return "null";
        }
      };

  private final Path file;
  private final Map<String, Object> fields;

  private JsonFields(Path file, Map<String, Object> fields) {
    this.file = file;
    this.fields = fields;
  }

  /**
   * Reads a file that holds one object.
   *
   * @throws ModelException if it cannot be read, is too large, or is not one JSON object in UTF-8
   */
  static JsonFields read(Path file) {
    char[] text = utf8(file, ModelFiles.readAll(file, MAX_BYTES));
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new ModelException("model.json.object", file);
      }
      Map<String, Object> fields = readObject(parser);
      if (parser.nextToken() != null) {
        throw new ModelException("model.json.trailing", file, parser.getText());
      }
      return new JsonFields(file, fields);
    } catch (IOException e) {
      throw syntax(file, e);
    }
  }

  private static Map<String, Object> readObject(JsonParser parser) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      fields.put(name, readValue(parser));
    }
    return fields;
  }

  private static List<Object> readArray(JsonParser parser) throws IOException {
    List<Object> elements = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.add(readValue(parser));
    }
    return elements;
  }

  /** A value as Map, List, String, Number, Boolean or {@link #NULL}. */
  private static Object readValue(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> readObject(parser);
      case START_ARRAY -> readArray(parser);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> NULL;
    };
  }

  /** The text of {@code bytes}; an error names the first byte that is not UTF-8. */
  static char[] utf8(Path file, byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      var text = StandardCharsets.UTF_8.newDecoder().decode(in);
      char[] chars = new char[text.remaining()];
      text.get(chars);
      return chars;
    } catch (CharacterCodingException e) {
      throw new ModelException(e, "model.json.utf8", file, in.position());
    }
  }

  /** What Jackson says about a file, as one of ours. */
  static ModelException syntax(Path file, IOException e) {
    return switch (e) {
      case StreamConstraintsException limit ->
          new ModelException(e, "model.json.limit", file, limit.getOriginalMessage());
      case JsonProcessingException json when json.getLocation() != null ->
          new ModelException(
              e,
              "model.json.syntax",
              file,
              json.getLocation().getLineNr(),
              json.getLocation().getColumnNr(),
              json.getOriginalMessage());
      default -> ModelFiles.unreadable(file, e);
    };
  }

  boolean has(String field) {
    return fields.containsKey(field);
  }

  /** The integer, or {@code otherwise} if the field is absent; {@code null} is an error. */
  int intOr(String field, int otherwise) {
    return has(field) ? toInt(field, fields.get(field)) : otherwise;
  }

  /** The number, or {@code otherwise} if the field is absent; {@code null} is an error. */
  double doubleOr(String field, double otherwise) {
    return has(field) ? toDouble(field, fields.get(field)) : otherwise;
  }

  /** The flag, or {@code otherwise} if the field is absent; {@code null} is an error. */
  boolean booleanOr(String field, boolean otherwise) {
    return has(field) ? toBoolean(field, fields.get(field)) : otherwise;
  }

  /** The string, or {@code otherwise} if the field is absent; {@code null} is an error. */
  String textOr(String field, String otherwise) {
    return has(field) ? toText(field, fields.get(field)) : otherwise;
  }

  /** The integer; empty if the field is absent or {@code null}. */
  OptionalInt optionalInt(String field) {
    return given(field) ? OptionalInt.of(toInt(field, fields.get(field))) : OptionalInt.empty();
  }

  /** The number; empty if the field is absent or {@code null}. */
  OptionalDouble optionalDouble(String field) {
    return given(field)
        ? OptionalDouble.of(toDouble(field, fields.get(field)))
        : OptionalDouble.empty();
  }

  /** The flag; empty if the field is absent or {@code null}. */
  Optional<Boolean> optionalBoolean(String field) {
    return given(field) ? Optional.of(toBoolean(field, fields.get(field))) : Optional.empty();
  }

  /** The string; empty if the field is absent or {@code null}. */
  Optional<String> optionalText(String field) {
    return given(field) ? Optional.of(toText(field, fields.get(field))) : Optional.empty();
  }

  /** The strings of an array; empty if the field is absent or {@code null}. */
  List<String> texts(String field) {
    List<String> texts = new ArrayList<>();
    if (given(field)) {
      for (Object value : array("model.json.texts", field)) {
        texts.add(toText(field, value));
      }
    }
    return texts;
  }

  /** An integer or an array of them; empty if the field is absent or {@code null}. */
  Optional<List<Integer>> intOrInts(String field) {
    if (!given(field)) {
      return Optional.empty();
    }
    if (fields.get(field) instanceof Number number) {
      return Optional.of(List.of(toInt(field, number)));
    }
    List<Integer> ints = new ArrayList<>();
    for (Object value : array("model.json.integers", field)) {
      ints.add(toInt(field, value));
    }
    return Optional.of(ints);
  }

  /** The strings of an object by name, in the file's order; the field is required. */
  Map<String, String> textMap(String field) {
    if (!(fields.get(field) instanceof Map<?, ?> map)) {
      throw wrong("model.json.map", field, fields.get(field));
    }
    Map<String, String> texts = new LinkedHashMap<>();
    map.forEach((name, value) -> texts.put((String) name, toText(field + "." + name, value)));
    return texts;
  }

  private boolean given(String field) {
    return has(field) && fields.get(field) != NULL;
  }

  private List<?> array(String key, String field) {
    if (fields.get(field) instanceof List<?> elements) {
      return elements;
    }
    throw wrong(key, field, fields.get(field));
  }

  private int toInt(String field, Object value) {
    // Not a Double, even if integral: transformers refuses 12.0 layers as well.
    boolean integer =
        value instanceof Integer || value instanceof Long || value instanceof BigInteger;
    if (integer && value instanceof Number n && n.doubleValue() == n.intValue()) {
      return n.intValue();
    }
    throw wrong("model.json.integer", field, value);
  }

  private double toDouble(String field, Object value) {
    if (value instanceof Number n && Double.isFinite(n.doubleValue())) {
      return n.doubleValue();
    }
    throw wrong("model.json.number", field, value);
  }

  private boolean toBoolean(String field, Object value) {
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw wrong("model.json.flag", field, value);
  }

  private String toText(String field, Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw wrong("model.json.text", field, value);
  }

  private ModelException wrong(String key, String field, Object found) {
    return new ModelException(key, file, field, shown(found));
  }

  /** The value as JSON, without what a container holds; for messages. */
  private static String shown(Object value) {
    return switch (value) {
      case null -> "-";
      case Map<?, ?> _ -> "{…}";
      case List<?> _ -> "[…]";
      case String text -> '"' + text + '"';
      default -> value.toString();
    };
  }
}
