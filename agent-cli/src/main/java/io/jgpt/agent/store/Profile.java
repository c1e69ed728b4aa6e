package io.jgpt.agent.store;

import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.json.JsonValue;
import io.jgpt.agent.tool.DisplayText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * What the user says about themselves. Each field may be empty; all of them are one line, safe to
 * show.
 *
 * @param name how to address them
 * @param language {@code en} or {@code zh}: that of messages and, where they are asked, of answers
 * @param preferences in their own words
 */
public record Profile(String name, String language, String preferences) {

  /** Nothing is known. */
  public static final Profile NONE = new Profile("", "", "");

  /** The names of the fields, in order. */
  public static final List<String> FIELDS = List.of("name", "language", "preferences");

  /** The languages that there are messages in. */
  public static final List<String> LANGUAGES = List.of("en", "zh");

  /** Longest value of a field, in code points: it stands in every prompt. */
  public static final int LONGEST = 500;

  /** Checks the values. */
  public Profile {
    if (!language.isEmpty() && !LANGUAGES.contains(language)) {
      throw new IllegalArgumentException("language " + language);
    }
    for (String value : List.of(name, language, preferences)) {
      if (value.codePointCount(0, value.length()) > LONGEST
          || !value.equals(DisplayText.line(value))) {
        throw new IllegalArgumentException("longer than " + LONGEST + ", or not one line");
      }
    }
  }

  /** The fields that are not empty, in order. */
  public SequencedMap<String, String> fields() {
    SequencedMap<String, String> fields = new LinkedHashMap<>();
    fields.put("name", name);
    fields.put("language", language);
    fields.put("preferences", preferences);
    fields.values().removeIf(String::isEmpty);
    return fields;
  }

  /**
   * The same with another value in one field.
   *
   * @param field one of {@link #FIELDS}
   * @param value empty to remove it
   * @throws IllegalArgumentException if the field cannot have it
   */
  public Profile with(String field, String value) {
    return switch (field) {
      case "name" -> new Profile(value, language, preferences);
      case "language" -> new Profile(name, value, preferences);
      case "preferences" -> new Profile(name, language, value);
      default -> throw new IllegalArgumentException("no field " + field);
    };
  }

  JsonValue.Members toJson() {
    return JsonValue.Members.of(fields());
  }

  static Profile read(JsonValue.Members json) throws JsonException {
    try {
      return new Profile(
          json.optionalText("name").orElse(""),
          json.optionalText("language").orElse(""),
          json.optionalText("preferences").orElse(""));
    } catch (IllegalArgumentException e) {
      throw new JsonException(e.getMessage(), e);
    }
  }
}
