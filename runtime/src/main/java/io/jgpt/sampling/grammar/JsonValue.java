package io.jgpt.sampling.grammar;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.jgpt.error.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON value as it stands in a schema. */
sealed interface JsonValue {

  /** Members in the order of the text. */
  record Table(Map<String, JsonValue> members) implements JsonValue {}

  record Array(List<JsonValue> elements) implements JsonValue {}

  record Text(String value) implements JsonValue {}

  /**
   * A number.
   *
   * @param spelling as in the text
   */
  record Numeral(BigDecimal value, String spelling) implements JsonValue {}

  enum Word implements JsonValue {
    TRUE("true"),
    FALSE("false"),
    NULL("null");

    private final String spelling;

    Word(String spelling) {
      this.spelling = spelling;
    }

    String spelling() {
      return spelling;
    }
  }

  /** Numbers beyond this exponent have more digits than anyone means. */
  int MAX_EXPONENT = 400;

  /**
   * Reads a text that is one value.
   *
   * @throws InputException with line and column if it is not
   */
  static JsonValue parse(String text) {
    JsonFactory factory =
        JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    try (JsonParser parser = factory.createParser(text)) {
      parser.nextToken();
      JsonValue value = read(parser);
      if (parser.nextToken() != null) {
        throw notJson(parser, "text behind the value");
      }
      return value;
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      throw new InputException(
          e, "grammar.json", at.getLineNr(), at.getColumnNr(), e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a string is read without any
    }
  }

  private static InputException notJson(JsonParser parser, String reason) {
    var at = parser.currentTokenLocation();
    return new InputException("grammar.json", at.getLineNr(), at.getColumnNr(), reason);
  }

  private static JsonValue read(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw notJson(parser, "no value");
    }
    return switch (token) {
      case START_OBJECT -> {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          members.put(name, read(parser));
        }
        yield new Table(members);
      }
      case START_ARRAY -> {
        List<JsonValue> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          elements.add(read(parser));
        }
        yield new Array(elements);
      }
      case VALUE_STRING -> new Text(parser.getText());
      case VALUE_TRUE -> Word.TRUE;
      case VALUE_FALSE -> Word.FALSE;
      case VALUE_NULL -> Word.NULL;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser);
      default -> throw notJson(parser, "no value");
    };
  }

  private static Numeral number(JsonParser parser) throws IOException {
    BigDecimal value = parser.getDecimalValue();
    if (Math.abs((long) value.precision() - value.scale()) > MAX_EXPONENT
        || Math.abs((long) value.scale()) > MAX_EXPONENT) {
      throw notJson(parser, "a number with too many digits");
    }
    return new Numeral(value, parser.getText());
  }
}
