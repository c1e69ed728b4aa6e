package io.jgpt.agent.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Between JSON texts and values. What is read may be hostile: depth, lengths and numbers are
 * bounded, and a name that stands twice in an object is an error, since two readers could choose
 * differently.
 */
public final class JsonText {

  private static final int DEEPEST = 64;
  private static final int LONGEST_TEXT = 16 << 20;
  private static final int LONGEST_NUMBER = 100;

  private static final JsonFactory STRICT =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxStringLength(LONGEST_TEXT)
                  .maxNumberLength(LONGEST_NUMBER)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private JsonText() {}

  /**
   * The one value that {@code text} consists of.
   *
   * @throws JsonException if it is no JSON
   */
  public static JsonValue read(String text) throws JsonException {
    try (JsonParser json = STRICT.createParser(text)) {
      if (json.nextToken() == null) {
        throw new JsonException("empty");
      }
      JsonValue value = value(json);
      if (json.nextToken() != null) {
        throw new JsonException("more than one value");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw new JsonException(e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // no I/O takes place
    }
  }

  /** The value on one line. */
  public static String write(JsonValue value) {
    var text = new StringWriter();
    try (JsonGenerator json = STRICT.createGenerator(text)) {
      value.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // no I/O takes place
    }
    return text.toString();
  }

  private static JsonValue value(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case START_OBJECT -> object(json);
      case START_ARRAY -> {
        List<JsonValue> elements = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          elements.add(value(json));
        }
        yield new JsonValue.Elements(elements);
      }
      case VALUE_STRING -> new JsonValue.Text(json.getText());
      case VALUE_TRUE -> new JsonValue.Truth(true);
      case VALUE_FALSE -> new JsonValue.Truth(false);
      case VALUE_NULL -> new JsonValue.Null();
      default -> new JsonValue.Decimal(json.getDecimalValue());
    };
  }

  private static JsonValue object(JsonParser json) throws IOException {
    SequencedMap<String, JsonValue> members = new LinkedHashMap<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      members.put(name, value(json));
    }
    return new JsonValue.Members(members);
  }
}
