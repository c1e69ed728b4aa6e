package io.jgpt.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class JsonTest {

  @Test
  void whatIsWrittenIsRead() {
    Map<String, Object> value =
        Map.of("list", List.of(1, 2.5, "x", true, List.of()), "object", Map.of("n", 7));
    assertEquals(value, Json.object(Json.line(value)));
    assertEquals(value, Json.object(Json.pretty(value)));
  }

  @Test
  void whatIsNotKnownIsNullAndBack() {
    String line = Json.line(Map.of("speed", Double.NaN));
    assertEquals("{\"speed\":null}", line);
    assertTrue(Double.isNaN(Json.number(Json.object(line), "speed")));
  }

  @Test
  void whatIsNoObjectIsOneLine() {
    assertThrows(PeerException.class, () -> Json.object("Segmentation fault\nmore"));
    assertThrows(PeerException.class, () -> Json.object("[1]"));
    assertThrows(PeerException.class, () -> Json.object("{\"a\":"));
  }
}
