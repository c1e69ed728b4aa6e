package io.jgpt.agent.json;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** A JSON value. Objects keep the order of their members; equality does not look at it. */
public sealed interface JsonValue {

  /** An object; its members in order. */
  record Members(SequencedMap<String, JsonValue> members) implements JsonValue {

    /** Copies the members. */
    public Members {
      members = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(members));
    }

    /** The member of that name, if there is one that is not null. */
    public Optional<JsonValue> get(String name) {
      return Optional.ofNullable(members.get(name)).filter(value -> !(value instanceof Null));
    }

    /**
     * The text of that name.
     *
     * @throws JsonException if there is none, or it is no text
     */
    public String text(String name) throws JsonException {
      return optionalText(name).orElseThrow(() -> new JsonException("\"" + name + "\" is missing"));
    }

    /**
     * The text of that name, if there is one.
     *
     * @throws JsonException if it is no text
     */
    public Optional<String> optionalText(String name) throws JsonException {
      Optional<JsonValue> value = get(name);
      if (value.isEmpty()) {
        return Optional.empty();
      }
      if (value.get() instanceof Text text) {
        return Optional.of(text.value());
      }
      throw new JsonException("\"" + name + "\" is no text");
    }

    /**
     * The whole number of that name, if there is one.
     *
     * @throws JsonException if it is no whole number of 64 bits
     */
    public Optional<Long> optionalWhole(String name) throws JsonException {
      Optional<JsonValue> value = get(name);
      if (value.isEmpty()) {
        return Optional.empty();
      }
      try {
        if (value.get() instanceof Decimal number) {
          return Optional.of(number.value().longValueExact());
        }
      } catch (ArithmeticException e) {
        throw new JsonException("\"" + name + "\" is no whole number", e);
      }
      throw new JsonException("\"" + name + "\" is no whole number");
    }

    /**
     * The whole number of that name.
     *
     * @param usual if there is none
     * @throws JsonException if it is no whole number, or out of bounds
     */
    public long wholeWithin(String name, long least, long most, long usual) throws JsonException {
      long value = optionalWhole(name).orElse(usual);
      if (value < least || value > most) {
        throw new JsonException(
            "\"" + name + "\" is " + value + ", must be from " + least + " to " + most);
      }
      return value;
    }

    /**
     * Checks that there are no other members: what is not understood must not be passed over.
     *
     * @param where what the object is, for the message
     * @throws JsonException with the first that is not among {@code names}
     */
    public void requireOnly(String where, String... names) throws JsonException {
      for (String name : members.keySet()) {
        if (!List.of(names).contains(name)) {
          throw new JsonException("no member \"" + name + "\" in " + where);
        }
      }
    }

    /**
     * The truth value of that name; false if there is none.
     *
     * @throws JsonException if it is another kind of value
     */
    public boolean flag(String name) throws JsonException {
      return switch (get(name).orElse(new Truth(false))) {
        case Truth truth -> truth.value();
        default -> throw new JsonException("\"" + name + "\" is neither true nor false");
      };
    }

    /**
     * The elements of the array of that name; none if it is missing.
     *
     * @throws JsonException if it is no array
     */
    public List<JsonValue> elements(String name) throws JsonException {
      return switch (get(name).orElse(new Elements(List.of()))) {
        case Elements array -> array.elements();
        default -> throw new JsonException("\"" + name + "\" is no array");
      };
    }

    /**
     * The object of that name; an empty one if it is missing.
     *
     * @throws JsonException if it is no object
     */
    public Members object(String name) throws JsonException {
      return switch (get(name).orElse(Members.of(Map.of()))) {
        case Members object -> object;
        default -> throw new JsonException("\"" + name + "\" is no object");
      };
    }

    /** The members that are texts; others are an error. */
    public SequencedMap<String, String> texts() throws JsonException {
      SequencedMap<String, String> texts = new LinkedHashMap<>();
      for (String name : members.keySet()) {
        texts.put(name, text(name));
      }
      return texts;
    }

    /** An object of texts. */
    public static Members of(Map<String, String> texts) {
      SequencedMap<String, JsonValue> members = new LinkedHashMap<>();
      texts.forEach((name, text) -> members.put(name, new Text(text)));
      return new Members(members);
    }

    /** What is put into an object in order. */
    public static Builder builder() {
      return new Builder();
    }
  }

  /** Collects the members of an object. */
  final class Builder {
    private final SequencedMap<String, JsonValue> members = new LinkedHashMap<>();

    private Builder() {}

    /** A member. */
    public Builder put(String name, JsonValue value) {
      members.put(name, value);
      return this;
    }

    /** A text. */
    public Builder put(String name, String value) {
      return put(name, new Text(value));
    }

    /** A whole number. */
    public Builder put(String name, long value) {
      return put(name, new Decimal(BigDecimal.valueOf(value)));
    }

    /** A truth value. */
    public Builder put(String name, boolean value) {
      return put(name, new Truth(value));
    }

    /** The object. */
    public Members build() {
      return new Members(members);
    }
  }

  /** An array. */
  record Elements(List<JsonValue> elements) implements JsonValue {

    /** Copies the elements. */
    public Elements {
      elements = List.copyOf(elements);
    }
  }

  /** A text. */
  record Text(String value) implements JsonValue {}

  /** A number, as it was written. */
  record Decimal(BigDecimal value) implements JsonValue {}

  /** True or false. */
  record Truth(boolean value) implements JsonValue {}

  /** Null. */
  record Null() implements JsonValue {}

  /**
   * This value as an object.
   *
   * @throws JsonException if it is none
   */
  default Members asObject() throws JsonException {
    if (this instanceof Members object) {
      return object;
    }
    throw new JsonException("no object");
  }

  /**
   * This value as a text.
   *
   * @throws JsonException if it is none
   */
  default String asText() throws JsonException {
    if (this instanceof Text text) {
      return text.value();
    }
    throw new JsonException("no text");
  }

  /** Writes this value. */
  default void write(JsonGenerator json) throws IOException {
    switch (this) {
      case Members object -> {
        json.writeStartObject();
        for (Map.Entry<String, JsonValue> member : object.members().entrySet()) {
          json.writeFieldName(member.getKey());
          member.getValue().write(json);
        }
        json.writeEndObject();
      }
      case Elements array -> {
        json.writeStartArray();
        for (JsonValue element : array.elements()) {
          element.write(json);
        }
        json.writeEndArray();
      }
      case Text text -> json.writeString(text.value());
      case Decimal number -> json.writeNumber(number.value());
      case Truth truth -> json.writeBoolean(truth.value());
      case Null _ -> json.writeNull();
    }
  }
}
