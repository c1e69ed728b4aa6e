package io.jgpt.agent.recipe;

import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.json.JsonValue;
import java.util.Locale;
import java.util.Optional;

/**
 * A text in English, Chinese or both.
 *
 * @param chinese the same as the English one where there is no other
 */
public record Wording(String english, String chinese) {

  /** One of them may be missing, not both. */
  static Optional<Wording> of(Optional<String> english, Optional<String> chinese) {
    return english.or(() -> chinese).map(e -> new Wording(e, chinese.orElse(e)));
  }

  /** As {@code {"en": "...", "zh": "..."}}. */
  static Wording read(JsonValue.Members recipe, String name) throws JsonException {
    JsonValue.Members texts = recipe.object(name);
    texts.requireOnly(name, "en", "zh");
    return of(texts.optionalText("en"), texts.optionalText("zh"))
        .orElseThrow(
            () -> new JsonException("\"" + name + "\" has neither \"en\" nor \"zh\" in it"));
  }

  /** The text for somebody who reads that language. */
  public String in(Locale language) {
    return language.getLanguage().equals("zh") ? chinese : english;
  }
}
