package io.jgpt.sampling.grammar;

import static io.jgpt.sampling.grammar.Grammar.literal;
import static io.jgpt.sampling.grammar.Grammar.optional;
import static io.jgpt.sampling.grammar.Grammar.sequence;

import java.util.ArrayList;
import java.util.List;

/** How JSON is written: arrays, objects and given values, with their brackets and spaces. */
final class JsonForms {

  private final boolean free;
  private final Grammar comma;
  private final Grammar colon;

  /**
   * @param free whether spaces may come or not
   */
  JsonForms(boolean free) {
    this.free = free;
    comma = free ? spaced(",") : literal(", ");
    colon = free ? spaced(":") : literal(": ");
  }

  /** A property of an object. */
  record Member(String name, Grammar value, boolean required) {}

  private static Grammar spaced(String sign) {
    return sequence(optional(literal(" ")), literal(sign), optional(literal(" ")));
  }

  private Grammar enclosed(String left, Grammar content, String right) {
    Grammar space = free ? optional(literal(" ")) : literal("");
    return sequence(literal(left), space, content, space, literal(right));
  }

  /** Elements of one kind, so many; {@code NEVER} if none can be but must. */
  Grammar array(Grammar element, int min, int max) {
    boolean none = SchemaCompiler.isNever(element) || max == 0;
    if (none && min > 0) {
      return SchemaCompiler.NEVER;
    }
    if (none) {
      return enclosed("[", literal(""), "]");
    }
    Grammar elements = new Grammar.Separated(element, comma, Math.max(1, min), max);
    return enclosed("[", min == 0 ? optional(elements) : elements, "]");
  }

  /** Properties of any names with values of one kind. */
  Grammar map(Grammar value) {
    if (SchemaCompiler.isNever(value)) {
      return enclosed("{", literal(""), "}");
    }
    Grammar name = JsonText.quoted(JsonText.usual(1, Grammar.UNBOUNDED));
    Grammar member = sequence(name, colon, value);
    Grammar members = new Grammar.Separated(member, comma, 1, Grammar.UNBOUNDED);
    return enclosed("{", optional(members), "}");
  }

  /** These properties in this order; {@code NEVER} if a required one cannot be. */
  Grammar object(List<Member> members) {
    List<Grammar.Joined.Part> parts = new ArrayList<>();
    for (Member member : members) {
      if (!SchemaCompiler.isNever(member.value())) {
        Grammar name = JsonText.quoted(member.name());
        parts.add(
            new Grammar.Joined.Part(sequence(name, colon, member.value()), member.required()));
      } else if (member.required()) {
        return SchemaCompiler.NEVER;
      }
    }
    return enclosed("{", new Grammar.Joined(parts, comma), "}");
  }

  /** A value that stands in the schema. */
  Grammar value(JsonValue value) {
    return switch (value) {
      case JsonValue.Text(String text) -> JsonText.quoted(text);
      case JsonValue.Numeral number -> literal(number.spelling());
      case JsonValue.Word word -> literal(word.spelling());
      case JsonValue.Array(List<JsonValue> elements) ->
          enclosed(
              "[",
              new Grammar.Joined(
                  elements.stream()
                      .map(element -> new Grammar.Joined.Part(value(element), true))
                      .toList(),
                  comma),
              "]");
      case JsonValue.Table table ->
          object(
              table.members().entrySet().stream()
                  .map(entry -> new Member(entry.getKey(), value(entry.getValue()), true))
                  .toList());
    };
  }
}
