package io.jgpt.sampling.grammar;

import io.jgpt.error.InputException;
import io.jgpt.sampling.grammar.JsonValue.Array;
import io.jgpt.sampling.grammar.JsonValue.Numeral;
import io.jgpt.sampling.grammar.JsonValue.Table;
import io.jgpt.sampling.grammar.JsonValue.Text;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A schema that is an object: its keywords, each of the kind that it must be. */
final class SchemaTable {

  /** Say something to people, or where other schemas are, and nothing of the value. */
  private static final Set<String> ANNOTATIONS =
      Set.of(
          "title",
          "description",
          "default",
          "examples",
          "deprecated",
          "readOnly",
          "writeOnly",
          "$comment",
          "$schema",
          "$id",
          "$defs",
          "definitions");

  private static final Set<String> KEYWORDS = keywords();

  private final Map<String, JsonValue> members;
  private final String place;

  /**
   * @param place a JSON pointer, for messages
   */
  SchemaTable(Table table, String place) {
    members = table.members();
    this.place = place;
  }

  private static Set<String> keywords() {
    var keywords =
        new HashSet<>(Set.of("type", "enum", "const", "anyOf", "oneOf", "allOf", "$ref"));
    for (SchemaType type : SchemaType.values()) {
      keywords.addAll(type.keywords());
    }
    return keywords;
  }

  /** Refuses what is neither understood nor an annotation. */
  void refuseUnknown() {
    for (String keyword : members.keySet()) {
      if (!KEYWORDS.contains(keyword) && !ANNOTATIONS.contains(keyword)) {
        throw new InputException("grammar.keyword", place, keyword);
      }
    }
  }

  /** Refuses any keyword beside this one but those named and annotations. */
  void refuseBeside(String keyword, String... allowed) {
    for (String other : members.keySet()) {
      if (KEYWORDS.contains(other)
          && !other.equals(keyword)
          && !Arrays.asList(allowed).contains(other)) {
        throw new InputException("grammar.beside", place, keyword, other);
      }
    }
  }

  String place(String keyword) {
    return place + "/" + keyword;
  }

  boolean has(String keyword) {
    return members.containsKey(keyword);
  }

  Optional<JsonValue> value(String keyword) {
    return Optional.ofNullable(members.get(keyword));
  }

  private <T extends JsonValue> Optional<T> value(String keyword, Class<T> kind, String expected) {
    return value(keyword)
        .map(
            value -> {
              if (!kind.isInstance(value)) {
                throw wrong(keyword, expected);
              }
              return kind.cast(value);
            });
  }

  private InputException wrong(String keyword, String expected) {
    return new InputException("grammar.value", place(keyword), expected);
  }

  Optional<String> text(String keyword) {
    return value(keyword, Text.class, "a string").map(Text::value);
  }

  Optional<BigDecimal> number(String keyword) {
    return value(keyword, Numeral.class, "a number").map(Numeral::value);
  }

  Optional<Table> table(String keyword) {
    return value(keyword, Table.class, "an object");
  }

  List<JsonValue> elements(String keyword) {
    return value(keyword, Array.class, "an array").map(Array::elements).orElse(List.of());
  }

  List<String> names(String keyword) {
    return elements(keyword).stream()
        .map(
            element -> {
              if (element instanceof Text(String name)) {
                return name;
              }
              throw wrong(keyword, "an array of strings");
            })
        .distinct()
        .toList();
  }

  /** A number of characters or elements. */
  Optional<Integer> count(String keyword) {
    return number(keyword)
        .map(
            number -> {
              boolean whole = number.stripTrailingZeros().scale() <= 0;
              if (!whole || number.signum() < 0) {
                throw wrong(keyword, "a whole number of at least 0");
              }
              return number.min(BigDecimal.valueOf(Integer.MAX_VALUE)).intValue();
            });
  }

  /** The types named, none if none is. */
  List<SchemaType> types() {
    Optional<JsonValue> type = value("type");
    if (type.isEmpty()) {
      return List.of();
    }
    List<String> names = type.get() instanceof Text(String name) ? List.of(name) : names("type");
    List<SchemaType> types =
        names.stream()
            .map(name -> SchemaType.named(name).orElseThrow(() -> wrong("type", "a type")))
            .toList();
    if (types.isEmpty()) {
      throw wrong("type", "a type");
    }
    return types;
  }

  /** The types that the other keywords speak of. */
  List<SchemaType> impliedTypes() {
    return Arrays.stream(SchemaType.values())
        .filter(type -> type != SchemaType.INTEGER)
        .filter(type -> type.keywords().stream().anyMatch(this::has))
        .toList();
  }
}
