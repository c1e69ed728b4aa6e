package io.jgpt.sampling.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Random;

/** Schemas with every keyword that is understood, some of them within themselves. */
final class RandomSchema {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String[] NAMES = {"a", "name", "größe", "名字", "x\"y", "tags", "n\\1", ""};
  private static final String[] PATTERNS = {
    "^[a-z]{1,4}$",
    "^\\d{2}-\\d{2}$",
    "[A-Z]",
    "^(好|é)+$",
    "^\"\\\\?\\n$",
    "^a|b$",
    "^[^a-z]{0,3}$",
    "^.{2}"
  };
  private static final String[] FORMATS = {"date", "time", "date-time", "uuid", "ipv4"};
  private static final Object[] VALUES = {"red", "绿\n", 1, -2.5, true, null, ""};

  private final Random random;

  RandomSchema(Random random) {
    this.random = random;
  }

  static JsonNode random(Random random) {
    var schemas = new RandomSchema(random);
    ObjectNode schema = schemas.schema(1 + random.nextInt(3));
    if (schemas.flip(3)) {
      // Itself within itself, always with a way out.
      ObjectNode node = MAPPER.createObjectNode().put("type", "object");
      ObjectNode properties = node.putObject("properties");
      properties.set("value", schema);
      properties.putObject("next").put("$ref", "#/$defs/node");
      ArrayNode either = properties.putObject("down").putArray("anyOf");
      either.addObject().put("type", "null");
      either.addObject().put("type", "array").putObject("items").put("$ref", "#/$defs/node");
      node.putArray("required").add("value");
      node.put("additionalProperties", false);
      ObjectNode root = MAPPER.createObjectNode().put("$ref", "#/$defs/node");
      root.putObject("$defs").set("node", node);
      return root;
    }
    return schema;
  }

  private boolean flip(int of) {
    return random.nextInt(of) == 0;
  }

  private ObjectNode schema(int depth) {
    ObjectNode schema = MAPPER.createObjectNode();
    if (flip(8)) {
      schema.put("description", "annotations say nothing of the value");
    }
    switch (random.nextInt(depth == 0 ? 8 : 14)) {
      case 0 -> schema.put("type", "boolean");
      case 1 -> schema.putArray("type").add("null").add("integer");
      case 2 -> schema.putArray("enum").addPOJO(value()).addPOJO(value());
      case 3 -> schema.set("const", MAPPER.valueToTree(value()));
      case 4 -> integer(schema);
      case 5 -> number(schema);
      case 6, 7 -> string(schema);
      case 8, 9 -> array(schema, depth);
      case 10, 11, 12 -> object(schema, depth);
      default -> {
        boolean any = flip(2);
        ArrayNode either = schema.putArray(any ? "anyOf" : "oneOf");
        either.add(any ? schema(depth - 1) : integer(MAPPER.createObjectNode()));
        either.add(any ? schema(depth - 1) : string(MAPPER.createObjectNode()));
      }
    }
    // What validators compare is the value, not what Java made of it.
    return (ObjectNode) reread(schema);
  }

  private static JsonNode reread(JsonNode node) {
    try {
      return MAPPER.readTree(node.toString());
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private Object value() {
    return VALUES[random.nextInt(VALUES.length)];
  }

  private ObjectNode integer(ObjectNode schema) {
    schema.put("type", "integer");
    int low = random.nextInt(2500) - 1200;
    int width = random.nextInt(flip(2) ? 3 : 3000);
    if (!flip(3)) {
      schema.put(flip(4) && width > 1 ? "exclusiveMinimum" : "minimum", low);
    }
    if (!flip(3)) {
      schema.put(flip(4) && width > 1 ? "exclusiveMaximum" : "maximum", low + width);
    }
    return schema;
  }

  private void number(ObjectNode schema) {
    schema.put("type", "number");
    BigDecimal low = BigDecimal.valueOf(random.nextInt(4000) - 2000, random.nextInt(4));
    BigDecimal high = low.add(BigDecimal.valueOf(1 + random.nextInt(3000), random.nextInt(4)));
    if (!flip(3)) {
      schema.put(flip(3) ? "exclusiveMinimum" : "minimum", low);
    }
    if (!flip(3)) {
      schema.put(flip(3) ? "exclusiveMaximum" : "maximum", high);
    }
  }

  private ObjectNode string(ObjectNode schema) {
    schema.put("type", "string");
    switch (random.nextInt(5)) {
      case 0 -> schema.put("pattern", PATTERNS[random.nextInt(PATTERNS.length)]);
      case 1 -> schema.put("format", FORMATS[random.nextInt(FORMATS.length)]);
      case 2 -> schema.put("pattern", "^[a-é]*$").put("minLength", 2).put("maxLength", 5);
      case 3 -> {
        int min = random.nextInt(4);
        schema.put("minLength", min).put("maxLength", min + random.nextInt(6));
      }
      default -> {}
    }
    return schema;
  }

  private void array(ObjectNode schema, int depth) {
    schema.put("type", "array");
    if (!flip(6)) {
      schema.set("items", schema(depth - 1));
    }
    int min = random.nextInt(3);
    if (flip(2)) {
      schema.put("minItems", min);
    }
    if (flip(2)) {
      schema.put("maxItems", min + random.nextInt(3));
    }
  }

  private void object(ObjectNode schema, int depth) {
    schema.put("type", "object");
    if (flip(8)) {
      schema.set("additionalProperties", schema(depth - 1));
      return;
    }
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = schema.putArray("required");
    int count = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      String name = NAMES[random.nextInt(NAMES.length)];
      properties.set(name, schema(depth - 1));
      if (flip(2)) {
        required.add(name);
      }
    }
    if (flip(6)) {
      required.add("undeclared");
    } else if (flip(2)) {
      schema.put("additionalProperties", false);
    }
  }
}
