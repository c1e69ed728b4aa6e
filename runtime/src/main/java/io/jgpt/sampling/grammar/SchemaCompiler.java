package io.jgpt.sampling.grammar;

import static io.jgpt.sampling.grammar.Grammar.literal;

import io.jgpt.error.InputException;
import io.jgpt.sampling.grammar.JsonValue.Table;
import io.jgpt.sampling.grammar.JsonValue.Word;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Makes a grammar of a schema. A schema that comes back to itself is written out so many times,
 * then given up: what needs it there cannot be, what can do without it does.
 */
final class SchemaCompiler {

  static final Grammar NEVER = Grammar.choice();

  /** What a value of any kind is called among the references. */
  private static final String ANY = "any value";

  private final JsonValue root;
  private final int depth;
  private final JsonForms forms;
  private final Map<String, Integer> open = new HashMap<>();
  private boolean cut;

  SchemaCompiler(JsonValue root, JsonSchema.Spacing spacing, int depth) {
    this.root = root;
    this.depth = depth;
    forms = new JsonForms(spacing == JsonSchema.Spacing.FREE);
  }

  Grammar compile() {
    return compile(root, "#");
  }

  /** True if something was given up that would go on deeper. */
  boolean isCut() {
    return cut;
  }

  static boolean isNever(Grammar grammar) {
    return grammar.equals(NEVER);
  }

  private Grammar compile(JsonValue value, String place) {
    if (value == Word.TRUE) {
      return any();
    }
    if (value == Word.FALSE) {
      return NEVER;
    }
    if (!(value instanceof Table table)) {
      throw new InputException("grammar.value", place, "an object, true or false");
    }
    var schema = new SchemaTable(table, place);
    schema.refuseUnknown();
    if (schema.has("$ref")) {
      schema.refuseBeside("$ref");
      return reference(schema);
    }
    for (String keyword : List.of("anyOf", "oneOf", "allOf")) {
      if (schema.has(keyword)) {
        schema.refuseBeside(keyword);
        return combined(schema, keyword);
      }
    }
    if (schema.has("const")) {
      schema.refuseBeside("const", "type");
      return given(schema, List.of(schema.value("const").orElseThrow()));
    }
    if (schema.has("enum")) {
      schema.refuseBeside("enum", "type");
      return given(schema, schema.elements("enum"));
    }
    return typed(schema);
  }

  private Grammar combined(SchemaTable schema, String keyword) {
    List<JsonValue> schemas = schema.elements(keyword);
    if (schemas.isEmpty() || (keyword.equals("allOf") && schemas.size() > 1)) {
      String wanted = keyword.equals("allOf") ? "one schema" : "at least one schema";
      throw new InputException("grammar.value", schema.place(keyword), wanted);
    }
    List<Grammar> alternatives = new ArrayList<>();
    for (int i = 0; i < schemas.size(); i++) {
      alternatives.add(compile(schemas.get(i), schema.place(keyword) + "/" + i));
    }
    return either(alternatives);
  }

  private Grammar reference(SchemaTable schema) {
    String pointer = schema.text("$ref").orElseThrow();
    JsonValue target =
        JsonPointer.find(root, pointer)
            .orElseThrow(
                () -> new InputException("grammar.reference", schema.place("$ref"), pointer));
    return nested(pointer, () -> compile(target, pointer));
  }

  private Grammar any() {
    return nested(
        ANY,
        () -> {
          Grammar value = any();
          return either(
              List.of(
                  JsonText.quoted(JsonText.usual(0, Grammar.UNBOUNDED)),
                  Decimals.NUMBER,
                  Grammar.oneOf(List.of("true", "false", "null")),
                  forms.array(value, 0, Grammar.UNBOUNDED),
                  forms.map(value)));
        });
  }

  /** Goes one level deeper, if there is one. */
  private Grammar nested(String name, Supplier<Grammar> inside) {
    int level = open.getOrDefault(name, 0);
    if (level == depth) {
      cut = true;
      return NEVER;
    }
    open.put(name, level + 1);
    try {
      return inside.get();
    } finally {
      open.put(name, level);
    }
  }

  /** One of the values that stand in the schema, as far as their type is one of those allowed. */
  private Grammar given(SchemaTable schema, List<JsonValue> values) {
    List<SchemaType> types = schema.types();
    return either(
        values.stream()
            .filter(value -> types.isEmpty() || types.stream().anyMatch(type -> type.has(value)))
            .map(forms::value)
            .toList());
  }

  private Grammar typed(SchemaTable schema) {
    List<SchemaType> types = schema.types();
    if (types.isEmpty()) {
      types = schema.impliedTypes();
    }
    return types.isEmpty()
        ? any()
        : either(types.stream().map(type -> ofType(type, schema)).toList());
  }

  private Grammar ofType(SchemaType type, SchemaTable schema) {
    return switch (type) {
      case NULL -> literal("null");
      case BOOLEAN -> Grammar.oneOf(List.of("true", "false"));
      case INTEGER -> SchemaScalars.integer(schema);
      case NUMBER -> SchemaScalars.number(schema);
      case STRING -> SchemaScalars.string(schema);
      case ARRAY -> array(schema);
      case OBJECT -> object(schema);
    };
  }

  private Grammar array(SchemaTable schema) {
    int min = schema.count("minItems").orElse(0);
    int max = schema.count("maxItems").orElse(Grammar.UNBOUNDED);
    Grammar element =
        schema
            .value("items")
            .map(items -> compile(items, schema.place("items")))
            .orElseGet(this::any);
    return max < min ? NEVER : forms.array(element, min, max);
  }

  private Grammar object(SchemaTable schema) {
    Map<String, JsonValue> properties =
        schema.table("properties").map(Table::members).orElse(Map.of());
    List<String> required = schema.names("required");
    Optional<JsonValue> additional = schema.value("additionalProperties");
    if (properties.isEmpty() && required.isEmpty()) {
      Grammar value =
          additional
              .map(more -> compile(more, schema.place("additionalProperties")))
              .orElseGet(this::any);
      return forms.map(value);
    }
    if (additional.isPresent() && additional.get() instanceof Table) {
      throw new InputException(
          "grammar.beside",
          schema.place("additionalProperties"),
          "additionalProperties",
          "properties");
    }
    List<JsonForms.Member> members = new ArrayList<>();
    properties.forEach(
        (name, property) ->
            members.add(
                new JsonForms.Member(
                    name,
                    compile(property, schema.place("properties") + "/" + JsonPointer.escape(name)),
                    required.contains(name))));
    for (String name : required) {
      if (!properties.containsKey(name)) {
        boolean closed = additional.equals(Optional.of(Word.FALSE));
        members.add(new JsonForms.Member(name, closed ? NEVER : any(), true));
      }
    }
    return forms.object(members);
  }

  private static Grammar either(List<Grammar> alternatives) {
    List<Grammar> possible = alternatives.stream().filter(part -> !isNever(part)).toList();
    return possible.size() == 1 ? possible.getFirst() : new Grammar.Choice(possible);
  }
}
