package io.jgpt.tokenizer;

import io.jgpt.error.ModelException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A JSON value, for the small parts of the tokenizer files. */
sealed interface Json {

  record Text(String value) implements Json {}

  record Numeral(double value) implements Json {}

  enum Flag implements Json {
    TRUE,
    FALSE
  }

  enum Nothing implements Json {
    NULL
  }

  record Sequence(List<Json> entries) implements Json {}

  /** An object. An entry that is null counts as absent. */
  record Table(Path file, Map<String, Json> entries) implements Json {

    private Optional<Json> entry(String key) {
      Json value = entries.getOrDefault(key, Nothing.NULL);
      return value == Nothing.NULL ? Optional.empty() : Optional.of(value);
    }

    private <T extends Json> Optional<T> entry(String key, Class<T> type, String expected) {
      Optional<Json> value = entry(key);
      if (value.isPresent() && !type.isInstance(value.get())) {
        throw new ModelException("tokenizer.badValue", file, key, expected);
      }
      return value.map(type::cast);
    }

    boolean isText(String key) {
      return entries.get(key) instanceof Text;
    }

    boolean isSequence(String key) {
      return entries.get(key) instanceof Sequence;
    }

    /** Copies an entry, if there is one, to {@code target} under the name {@code as}. */
    void copy(String key, Map<String, Json> target, String as) {
      entry(key).ifPresent(value -> target.put(as, value));
    }

    Optional<String> text(String key) {
      return entry(key, Text.class, "a string").map(Text::value);
    }

    boolean flag(String key, boolean otherwise) {
      return entry(key, Flag.class, "true or false").map(f -> f == Flag.TRUE).orElse(otherwise);
    }

    int integer(String key, int otherwise) {
      double value =
          entry(key, Numeral.class, "a whole number")
              .map(Numeral::value)
              .orElse((double) otherwise);
      if (value != (int) value) {
        throw new ModelException("tokenizer.badValue", file, key, "a whole number");
      }
      return (int) value;
    }

    Optional<Table> table(String key) {
      return entry(key, Table.class, "an object");
    }

    List<Json> sequence(String key) {
      return entry(key, Sequence.class, "an array").map(Sequence::entries).orElse(List.of());
    }

    /** The objects of an array. */
    List<Table> tables(String key) {
      return sequence(key).stream().map(entry -> asTable(key, entry)).toList();
    }

    private Table asTable(String key, Json entry) {
      if (entry instanceof Table table) {
        return table;
      }
      throw new ModelException("tokenizer.badValue", file, key, "an array of objects");
    }

    /** The string under {@code type}, which says what kind of step this is. */
    String type() {
      return text("type").orElse("without a type");
    }
  }
}
