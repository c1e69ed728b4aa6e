package io.jgpt.sampling.grammar;

import io.jgpt.error.InputException;
import io.jgpt.sampling.grammar.Decimals.Bound;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Strings and numbers of a schema. */
final class SchemaScalars {

  private static final String DATE =
      "[1-9][0-9]{3}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)"
          + "|(0[13578]|1[02])-31)";
  private static final String TIME = "([01][0-9]|2[0-3])(:[0-5][0-9]){2}(\\.[0-9]{1,6})?Z";
  private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
  private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?";
  private static final String HOST = LABEL + "(\\." + LABEL + "){0,3}\\.[a-z]{2,6}";

  /** Formats that are regular, or a part of one that is. */
  private static final Map<String, String> FORMATS =
      Map.of(
          "date",
          DATE,
          "time",
          TIME,
          "date-time",
          "(" + DATE + ")T" + TIME,
          "uuid",
          "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
          "ipv4",
          BYTE + "(\\." + BYTE + "){3}",
          "email",
          "[a-z0-9]{1,20}([._-][a-z0-9]{1,20}){0,2}@" + HOST,
          "hostname",
          HOST);

  private SchemaScalars() {}

  static Grammar integer(SchemaTable schema) {
    Optional<Bound> low = low(schema);
    Optional<Bound> high = high(schema);
    return low.isEmpty() && high.isEmpty()
        ? Decimals.INTEGER
        : Decimals.integers(
            low.orElseGet(() -> Decimals.beyond(high.orElseThrow(), -1)),
            high.orElseGet(() -> Decimals.beyond(low.orElseThrow(), 1)));
  }

  static Grammar number(SchemaTable schema) {
    Optional<Bound> low = low(schema);
    Optional<Bound> high = high(schema);
    return low.isEmpty() && high.isEmpty()
        ? Decimals.NUMBER
        : Decimals.numbers(
            low.orElseGet(() -> Decimals.beyond(high.orElseThrow(), -1)),
            high.orElseGet(() -> Decimals.beyond(low.orElseThrow(), 1)));
  }

  private static Optional<Bound> low(SchemaTable schema) {
    return bounds(schema, "minimum", "exclusiveMinimum").reduce(Bound::higher);
  }

  private static Optional<Bound> high(SchemaTable schema) {
    return bounds(schema, "maximum", "exclusiveMaximum").reduce(Bound::lower);
  }

  private static Stream<Bound> bounds(SchemaTable schema, String closed, String open) {
    return Stream.concat(
        schema.number(closed).map(value -> new Bound(value, false)).stream(),
        schema.number(open).map(value -> new Bound(value, true)).stream());
  }

  static Grammar string(SchemaTable schema) {
    int min = schema.count("minLength").orElse(0);
    int max = schema.count("maxLength").orElse(Grammar.UNBOUNDED);
    if (max < min) {
      return SchemaCompiler.NEVER;
    }
    List<Grammar> demands = new ArrayList<>();
    schema.text("pattern").ifPresent(pattern -> demands.add(pattern(schema, pattern)));
    schema.text("format").ifPresent(format -> demands.add(format(schema, format)));
    if (demands.isEmpty()) {
      return JsonText.quoted(JsonText.usual(min, max));
    }
    if (schema.has("minLength") || schema.has("maxLength")) {
      demands.add(JsonText.ofLength(min, max));
    }
    return JsonText.quoted(demands.stream().reduce(Grammar.Both::new).orElseThrow());
  }

  private static Grammar pattern(SchemaTable schema, String pattern) {
    try {
      return JsonText.escaped(RegexParser.parseSearch(pattern));
    } catch (InputException e) {
      throw new InputException(e, "grammar.pattern", schema.place("pattern"), e.getMessage());
    }
  }

  private static Grammar format(SchemaTable schema, String format) {
    String pattern = FORMATS.get(format);
    if (pattern == null) {
      throw new InputException("grammar.format", schema.place("format"), format);
    }
    return JsonText.escaped(Grammar.regex(pattern));
  }
}
