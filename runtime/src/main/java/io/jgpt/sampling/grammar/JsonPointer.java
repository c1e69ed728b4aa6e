package io.jgpt.sampling.grammar;

import io.jgpt.sampling.grammar.JsonValue.Array;
import io.jgpt.sampling.grammar.JsonValue.Table;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** References inside a document: {@code #/$defs/item} (RFC 6901). */
final class JsonPointer {

  private JsonPointer() {}

  /** What a reference names, if it is one inside the document and there. */
  static Optional<JsonValue> find(JsonValue root, String reference) {
    if (!reference.equals("#") && !reference.startsWith("#/")) {
      return Optional.empty();
    }
    Optional<JsonValue> at = Optional.of(root);
    String[] steps = reference.split("/", -1);
    for (int i = 1; i < steps.length && at.isPresent(); i++) {
      at = step(at.get(), unescape(steps[i]));
    }
    return at;
  }

  private static Optional<JsonValue> step(JsonValue value, String name) {
    return switch (value) {
      case Table table -> Optional.ofNullable(table.members().get(name));
      case Array array ->
          name.matches("0|[1-9][0-9]{0,8}") && Integer.parseInt(name) < array.elements().size()
              ? Optional.of(array.elements().get(Integer.parseInt(name)))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static String unescape(String step) {
    String plain = step;
    if (step.indexOf('%') >= 0) {
      try {
        plain = URLDecoder.decode(step.replace("+", "%2B"), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        return step; // no escape after all
      }
    }
    return plain.replace("~1", "/").replace("~0", "~");
  }

  static String escape(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}
