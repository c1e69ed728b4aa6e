package io.jgpt.agent.mcp;

import io.jgpt.agent.json.JsonValue;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/** Between JSON values and the maps, lists and boxes that the SDK has for them. */
final class PlainJson {

  private PlainJson() {}

  /** With the members of every object sorted: equal values give equal texts. */
  static JsonValue sorted(Object plain) {
    return switch (plain) {
      case null -> new JsonValue.Null();
      case Map<?, ?> map -> {
        TreeMap<String, JsonValue> members = new TreeMap<>();
        map.forEach((name, value) -> members.put(name.toString(), sorted(value)));
        yield new JsonValue.Members(members);
      }
      case List<?> list -> new JsonValue.Elements(list.stream().map(PlainJson::sorted).toList());
      case Boolean truth -> new JsonValue.Truth(truth);
      case Number number -> new JsonValue.Decimal(new BigDecimal(number.toString()));
      default -> new JsonValue.Text(plain.toString());
    };
  }

  static Object plain(JsonValue value) {
    return switch (value) {
      case JsonValue.Members object -> {
        SequencedMap<String, Object> map = new LinkedHashMap<>();
        object.members().forEach((name, member) -> map.put(name, plain(member)));
        yield map;
      }
      case JsonValue.Elements array -> {
        List<Object> list = new ArrayList<>();
        array.elements().forEach(element -> list.add(plain(element)));
        yield list;
      }
      case JsonValue.Text text -> text.value();
      case JsonValue.Decimal number -> number.value();
      case JsonValue.Truth truth -> truth.value();
      case JsonValue.Null _ -> null;
    };
  }
}
