package io.jgpt.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.cli.terminal.LineInput.Entry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jline.terminal.Size;
import org.jline.terminal.impl.LineDisciplineTerminal;
import org.junit.jupiter.api.Test;

final class LineInputTest {

  private static LineInput piped(String text, List<String> prompts) {
    return new PlainLines(
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), prompts::add);
  }

  @Test
  void aPipeBringsLinesAndABackslashGoesOn() {
    List<String> prompts = new ArrayList<>();
    try (LineInput lines = piped("一\nfirst\\\nsecond\n\nlast", prompts)) {
      assertEquals(new Entry.Typed("一"), lines.read("? "));
      assertEquals(new Entry.Typed("first\nsecond"), lines.read("? "));
      assertEquals(new Entry.Typed(""), lines.read("? "));
      assertEquals(new Entry.Typed("last"), lines.read("? "));
      assertEquals(new Entry.End(), lines.read("? "));
    }
    // What comes through a pipe nobody has typed, so nobody sees it unless it is shown.
    assertEquals(
        List.of("? ", "一\n", "? ", "first␊second\n", "? ", "\n", "? ", "last\n", "? ", "\n"),
        prompts);
  }

  /** What a terminal gives for these keys. */
  private static List<Entry> typed(String keys, int entries, List<String> history)
      throws IOException {
    var screen = new ByteArrayOutputStream();
    var terminal = new LineDisciplineTerminal("test", "ansi", screen, StandardCharsets.UTF_8);
    terminal.setSize(Size.of(80, 24));
    List<Entry> read = new ArrayList<>();
    try (TerminalLines lines = TerminalLines.on(terminal, List.of("/good", "/quit"), history)) {
      terminal.processInputBytes(keys.getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < entries; i++) {
        read.add(lines.read("> "));
      }
    }
    assertTrue(screen.toString(StandardCharsets.UTF_8).contains("> "));
    return read;
  }

  @Test
  void aTerminalEditsCompletesAndRemembers() throws IOException {
    assertEquals(
        List.of(
            new Entry.Typed("写 \"a b\" 'c' !x C:\\d"),
            new Entry.Typed("/quit"),
            new Entry.Typed("/quit"),
            new Entry.Typed("abd")),
        typed("写 \"a b\" 'c' !x C:\\d\r/q\t\r\u001B[A\rabc\u007Fd\r", 4, List.of()).stream()
            .map(e -> e instanceof Entry.Typed t ? new Entry.Typed(t.text().strip()) : e)
            .toList());
    assertEquals(List.of(new Entry.Typed("before")), typed("\u001B[A\r", 1, List.of("before")));
  }

  @Test
  void aBackslashAtTheEndGoesOnInTheNextLine() throws IOException {
    assertEquals(
        List.of(
            new Entry.Typed("first\nsecond"),
            new Entry.Typed("third"),
            new Entry.Typed("first\nsecond")), // both lines, as one
        typed("first\\\rsecond\rthird\r\u001B[A\u001B[A\r", 3, List.of()));
  }

  @Test
  void anAnswerIsNeitherCompletedNorOfferedAgain() throws IOException {
    var terminal =
        new LineDisciplineTerminal(
            "test", "ansi", new ByteArrayOutputStream(), StandardCharsets.UTF_8);
    terminal.setSize(Size.of(80, 24));
    try (TerminalLines lines = TerminalLines.on(terminal, List.of("/quit"), List.of())) {
      String keys = "goal\r" + "/q\t\r" + "\u001B[A\r";
      terminal.processInputBytes(keys.getBytes(StandardCharsets.UTF_8));
      assertEquals(new Entry.Typed("goal"), lines.read("> "));
      assertTrue(lines.ask("? ") instanceof Entry.Typed t && !t.text().contains("quit"));
      assertEquals(new Entry.Typed("goal"), lines.read("> "));
    }
  }
}
