package io.jgpt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StopTextsTest {

  @Test
  void whatMayBeginAStopTextIsHeldBack() {
    var stops = new StopTexts(List.of("\nUser:", "END"));

    assertEquals("Hello", stops.push("Hello\nUs"));
    assertEquals("\nUsing", stops.push("ing"));
    assertEquals(" the ", stops.push(" the E"));
    assertEquals("", stops.push("N"));
    assertEquals("ENT", stops.push("T"));
    assertEquals("", stops.push("\nUser"));
    assertFalse(stops.found());
    assertEquals("", stops.push(": more"));
    assertTrue(stops.found());
    assertEquals("", stops.push("nothing more"));
    assertEquals("", stops.finish());
  }

  @Test
  void anUnfinishedStopTextIsText() {
    var stops = new StopTexts(List.of("###"));
    assertEquals("a", stops.push("a##"));
    assertEquals("##", stops.finish());
  }

  @Test
  void ofSeveralTheOneThatIsCompleteFirstCounts() {
    assertEquals("ab", new StopTexts(List.of("cd", "bcde")).push("abcdef"));
    assertEquals("a", new StopTexts(List.of("cd", "bcd")).push("abcdef"));
  }

  /** However the text is cut, it ends where searching the whole of it would end it. */
  @Test
  void piecesGiveWhatTheWholeGives() {
    var random = new Random(3);
    for (int round = 0; round < 20_000; round++) {
      String text = word(random, random.nextInt(30));
      List<String> all = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        all.add(word(random, 1 + random.nextInt(5)));
      }
      var stops = new StopTexts(all);
      var out = new StringBuilder();
      for (int at = 0; at < text.length() && !stops.found(); ) {
        int next = Math.min(text.length(), at + random.nextInt(5));
        out.append(stops.push(text.substring(at, next)));
        at = next;
        assertHeldOnlyIfNeeded(text.substring(0, at), out.toString(), stops, all);
      }
      out.append(stops.finish());
      int end = end(text, all);
      assertEquals(end < 0 ? text : text.substring(0, end), out.toString(), text + " " + all);
      assertEquals(end >= 0, stops.found());
    }
  }

  /** Where the text ends, read character by character; -1 if no stop text comes. */
  private static int end(String text, List<String> stops) {
    for (int read = 1; read <= text.length(); read++) {
      String sofar = text.substring(0, read);
      int longest = stops.stream().filter(sofar::endsWith).mapToInt(String::length).max().orElse(0);
      if (longest > 0) {
        return read - longest;
      }
    }
    return -1;
  }

  private static void assertHeldOnlyIfNeeded(
      String read, String out, StopTexts stops, List<String> all) {
    String held = read.substring(out.length());
    assertTrue(
        stops.found() || held.isEmpty() || all.stream().anyMatch(stop -> stop.startsWith(held)),
        () -> "'" + held + "' was held back for " + all);
  }

  private static String word(Random random, int length) {
    return random
        .ints(length, 'a', 'c')
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
