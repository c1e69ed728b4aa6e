package io.jgpt.sampling.grammar;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The types of JSON Schema, and the keywords that speak of each. */
enum SchemaType {
  NULL,
  BOOLEAN,
  INTEGER,
  NUMBER,
  STRING,
  ARRAY,
  OBJECT;

  /** Keywords that say something of values of this type, and nothing of others. */
  List<String> keywords() {
    return switch (this) {
      case NULL, BOOLEAN -> List.of();
      case INTEGER, NUMBER -> List.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum");
      case STRING -> List.of("minLength", "maxLength", "pattern", "format");
      case ARRAY -> List.of("items", "minItems", "maxItems");
      case OBJECT -> List.of("properties", "required", "additionalProperties");
    };
  }

  static Optional<SchemaType> named(String name) {
    return Arrays.stream(values())
        .filter(type -> type.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst();
  }

  /** True if a value is of this type. */
  boolean has(JsonValue value) {
    return switch (value) {
      case JsonValue.Table table -> this == OBJECT;
      case JsonValue.Array array -> this == ARRAY;
      case JsonValue.Text text -> this == STRING;
      case JsonValue.Numeral number ->
          this == NUMBER || (this == INTEGER && number.value().stripTrailingZeros().scale() <= 0);
      case JsonValue.Word word -> word == JsonValue.Word.NULL ? this == NULL : this == BOOLEAN;
    };
  }
}
