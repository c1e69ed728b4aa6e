package io.jgpt.agent.plan;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NumberCopyTest {

  private static final KnownNumbers KNOWN =
      new KnownNumbers(
          List.of("4.366666667 and 13996800, 1,234.5", "2026-12-11, Version 3.14.15。编号是7705号"));

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Byte by byte, with room for so many in all. */
  private static boolean isAllowed(String text, int room) {
    var copy = new NumberCopy(KNOWN);
    int left = room;
    for (byte b : bytes(text)) {
      byte[] next = {b};
      if (!copy.allows(next, --left)) {
        return false;
      }
      copy.accept(next);
    }
    return copy.mayEnd();
  }

  @Test
  void aLongNumberIsAKnownOneAsAWhole() {
    for (String text :
        new String[] {
          "4.366666667",
          "It is 13996800.",
          "13996800...",
          "1,234.5",
          "234.5 是 7705 的",
          "2026-12-11",
          "2026/12/11",
          "3.14.15 is 3.14",
          "x7705y",
          "1. one 2. two 42",
          "0.5, 12 and 99",
          "",
        }) {
      assertTrue(isAllowed(text, 100), text);
    }
    for (String text :
        new String[] {
          "4.36666667", // one digit is missing
          "4.3666666670",
          "4.366666667.1",
          "13996801",
          "139968",
          "13996800.5",
          "1,235.5",
          "234", // of 234.5, which is another number
          "2025",
          "3.15",
          "x770y",
          "770",
          "0.55",
          "770。",
        }) {
      assertFalse(isAllowed(text, 100), text);
    }
  }

  @Test
  void aNumberIsBegunWhereThereIsRoomForAllOfIt() {
    assertTrue(isAllowed("13996800", 8));
    assertFalse(isAllowed("13996800", 7));
    assertTrue(isAllowed("13", 2)); // short ones are free
  }

  @Test
  void aTokenMayHoldAnyPartOfANumber() {
    var copy = new NumberCopy(KNOWN);
    assertTrue(copy.allows(bytes(" 139968"), 2));
    assertFalse(copy.allows(bytes(" 139968"), 1));
    copy.accept(bytes(" 139968"));
    assertFalse(copy.mayEnd());
    assertFalse(copy.allows(bytes("0 "), 9));
    assertTrue(copy.allows(bytes("00 7705 4.3"), 8));
    assertFalse(copy.allows(bytes("00 7706"), 9));
    copy.accept(bytes("00."));
    assertTrue(copy.mayEnd());
    assertFalse(copy.allows(bytes("1"), 9));
    assertTrue(copy.allows(bytes("\n"), 9));
  }

  @Test
  void aNumberMayBeVeryLong() {
    String digits = "1234567890".repeat(5000);
    var copy = new NumberCopy(new KnownNumbers(List.of(digits, "22.".repeat(20_000) + "3")));
    assertFalse(copy.allows(bytes("123"), digits.length() - 4));
    assertTrue(copy.allows(bytes("123"), digits.length() - 3));
  }
}
