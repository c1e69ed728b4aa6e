package io.jgpt.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class TerminalTextTest {

  @Test
  void chineseAndEmojiAreTwoColumnsWide() {
    assertEquals(3, DisplayWidth.of("abc"));
    assertEquals(4, DisplayWidth.of("词元"));
    assertEquals(2, DisplayWidth.of("😀"));
    assertEquals(2, DisplayWidth.of("，"));
    assertEquals(1, DisplayWidth.of("e\u0301"));
    assertEquals(1, DisplayWidth.of("Ġ"));
    assertEquals(2, DisplayWidth.of("𠀀"));
  }

  @Test
  void textIsCutToColumnsNotCharacters() {
    assertEquals("词", DisplayWidth.fit("词元", 3));
    assertEquals("词元", DisplayWidth.fit("词元", 4));
    assertEquals("a", DisplayWidth.fit("a😀", 2));
    assertEquals("", DisplayWidth.fit("a", 0));
  }

  @Test
  void whatMovesTheCursorIsShownAsAPicture() {
    assertEquals("a\n\tb", SafeText.shown("a\n\tb"));
    assertEquals("\u241B[2J", SafeText.shown("\u001B[2J"));
    assertEquals("\u240D\u2421\u2400", SafeText.shown("\r\u007F\0"));
    assertEquals("<9B>31m", SafeText.shown("\u009B31m"));
    assertEquals("<202E>abc", SafeText.shown("\u202Eabc"));
    assertEquals("a\u240Ab", SafeText.onOneLine("a\nb"));
    assertEquals("狼😀", SafeText.shown("狼😀"));
  }

  @Test
  void aTableAlignsWhateverTheLanguage() {
    var table = new TextTable(TextTable.Align.LEFT, TextTable.Align.RIGHT, TextTable.Align.LEFT);
    table.row("名称", "n", "x").row("a", 12, "").row("b\n", 3, "y");
    assertEquals("名称   n  x\na     12\nb\u240A     3  y\n", table.render());
  }

  @Test
  void aStatusLineReplacesItselfAndGoes() {
    var terminal = new StringBuilder();
    var status = new StatusLine(terminal::append, 6);
    status.clear();
    status.show("one");
    status.show("one");
    status.show("加载中");
    status.clear();
    status.clear();
    assertEquals("\r\u001B[Kone\r\u001B[K加载\r\u001B[K", terminal.toString());
  }

  @Test
  void whatGrowsIsShownByItsEnd() {
    assertEquals("", DisplayWidth.fitEnd("元", 1));
    assertEquals("元", DisplayWidth.fitEnd("词元", 3));
    assertEquals("a😀", DisplayWidth.fitEnd("xa😀", 3));
    var terminal = new StringBuilder();
    var status = new StatusLine(terminal::append, 10);
    status.show("it: ", "one");
    status.show("it: ", "one two 三");
    assertEquals("\r\u001B[Kit: one\r\u001B[Kit: …o 三", terminal.toString());
  }

  @Test
  void everyRowOfAQuoteHasAMark() {
    assertEquals(List.of("  = ok"), Rows.of("  = ", "ok", 80));
    assertEquals(List.of("  = "), Rows.of("  = ", "", 80));
    assertEquals(List.of("  = a", "  | ", "  | b␛[2J"), Rows.of("  = ", "a\n\nb\u001B[2J", 80));
    assertEquals(
        List.of("> 12345678901234567", "  | 890 May it do ", "  | this?"),
        Rows.of("> ", "12345678901234567890 May it do this?", 20));
    // Two columns each; nothing is lost.
    List<String> rows = Rows.of("问：", "中文内容很长很长很长", 17);
    assertEquals(List.of("问：中文内容很长", "  | 很长很长"), rows);
  }

  @Test
  void aFoldedTextIsAllThere() {
    String text = "a  b c   d " + "e".repeat(50) + " 😀😀😀😀😀😀😀😀 " + "f ".repeat(30);
    for (int columns = 1; columns < 100; columns++) {
      List<String> rows = Rows.of(Rows.MARK, text, columns);
      String joined = rows.stream().map(row -> row.substring(4)).collect(Collectors.joining());
      assertEquals(text, joined);
      int widest = rows.stream().mapToInt(DisplayWidth::of).max().orElseThrow();
      assertTrue(widest < Math.max(columns, 16), columns + ": " + widest);
    }
  }
}
