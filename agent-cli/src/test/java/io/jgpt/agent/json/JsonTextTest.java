package io.jgpt.agent.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class JsonTextTest {

  @Test
  void whatIsWrittenIsRead() throws JsonException {
    String text = "{\"b\":[1,-2.50,true,null,\"中\\n\\u001B\"],\"a\":{\"c\":\"\"}}";
    JsonValue value = JsonText.read(text);
    assertEquals(text, JsonText.write(value));
    assertEquals(value, JsonText.read(" " + JsonText.write(value) + "\n"));
  }

  @Test
  void whatTwoReadersCouldTakeDifferentlyIsRefused() {
    for (String text :
        new String[] {
          "",
          "{",
          "{} {}",
          "{\"a\":1,\"a\":2}",
          "[1,]",
          "'a'",
          "NaN",
          "{\"a\":01}",
          "// x\n{}",
          "[".repeat(100) + "]".repeat(100),
          "1".repeat(200),
        }) {
      assertThrows(JsonException.class, () -> JsonText.read(text), text);
    }
  }

  @Test
  void membersAreOfTheTypeAskedFor() throws JsonException {
    JsonValue.Members object =
        JsonText.read("{\"t\":\"x\",\"n\":3,\"f\":1.5,\"b\":true,\"z\":null}").asObject();
    assertEquals("x", object.text("t"));
    assertEquals(3, object.optionalWhole("n").orElseThrow());
    assertEquals(true, object.flag("b"));
    assertEquals(true, object.optionalText("z").isEmpty());
    assertThrows(JsonException.class, () -> object.text("none"));
    assertThrows(JsonException.class, () -> object.text("n"));
    assertThrows(JsonException.class, () -> object.optionalWhole("f"));
    assertThrows(JsonException.class, () -> object.flag("t"));
    assertThrows(JsonException.class, () -> object.elements("t"));
    assertThrows(JsonException.class, () -> object.object("t"));
    assertThrows(JsonException.class, () -> object.object("t").texts());
  }
}
