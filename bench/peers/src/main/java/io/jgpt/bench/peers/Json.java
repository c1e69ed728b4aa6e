package io.jgpt.bench.peers;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON as maps, lists, strings, numbers and booleans, and back. */
final class Json {

  private static final JsonFactory FACTORY = new JsonFactory();

  private Json() {}

  /**
   * One object.
   *
   * @throws PeerException if the text is none
   */
  static Map<String, Object> object(String text) {
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new PeerException("no JSON object: " + text.lines().findFirst().orElse(""));
      }
      return fields(parser);
    } catch (IOException e) {
      throw new PeerException("no JSON: " + text.lines().findFirst().orElse(""), e);
    }
  }

  private static Map<String, Object> fields(JsonParser parser) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_NULL) {
        fields.put(name, value(parser));
      }
    }
    return fields;
  }

  private static Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> fields(parser);
      case START_ARRAY -> {
        List<Object> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          values.add(value(parser));
        }
        yield values;
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> Double.NaN;
      default -> parser.getText();
    };
  }

  /** The field's object; an empty one where there is none. */
  static Map<String, Object> object(Map<String, Object> parent, String name) {
    return parent.get(name) instanceof Map<?, ?> map ? strings(map) : Map.of();
  }

  private static Map<String, Object> strings(Map<?, ?> map) {
    Map<String, Object> fields = new LinkedHashMap<>();
    map.forEach((key, value) -> fields.put((String) key, value));
    return fields;
  }

  /** The field's list of objects. */
  static List<Map<String, Object>> objects(Map<String, Object> parent, String name) {
    return list(parent, name).stream().map(value -> strings((Map<?, ?>) value)).toList();
  }

  /** The field's list; an empty one where there is none. */
  static List<?> list(Map<String, Object> parent, String name) {
    return parent.get(name) instanceof List<?> list ? list : List.of();
  }

  static List<Integer> integers(Map<String, Object> parent, String name) {
    return list(parent, name).stream().map(value -> ((Number) value).intValue()).toList();
  }

  static List<Double> numbers(Map<String, Object> parent, String name) {
    return numbers(list(parent, name));
  }

  static List<Double> numbers(List<?> list) {
    return list.stream().map(value -> ((Number) value).doubleValue()).toList();
  }

  /** The field's number; NaN where there is none. */
  static double number(Map<String, Object> parent, String name) {
    return parent.get(name) instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  /** On one line. */
  static String line(Object value) {
    return text(value, false);
  }

  /** On many lines, for people and for comparing versions. */
  static String pretty(Object value) {
    return text(value, true) + "\n";
  }

  private static String text(Object value, boolean pretty) {
    var text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      if (pretty) {
        json.useDefaultPrettyPrinter();
      }
      write(json, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringWriter fails never
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, Object value) throws IOException {
    switch (value) {
      case Map<?, ?> map -> {
        json.writeStartObject();
        for (var field : map.entrySet()) {
          json.writeFieldName(field.getKey().toString());
          write(json, field.getValue());
        }
        json.writeEndObject();
      }
      case List<?> list -> {
        json.writeStartArray();
        for (Object element : list) {
          write(json, element);
        }
        json.writeEndArray();
      }
      case Double number when !Double.isFinite(number) -> json.writeNull();
      case Double number -> json.writeNumber(number);
      case Number number -> json.writeNumber(number.longValue());
      case Boolean truth -> json.writeBoolean(truth);
      default -> json.writeString(value.toString());
    }
  }
}
