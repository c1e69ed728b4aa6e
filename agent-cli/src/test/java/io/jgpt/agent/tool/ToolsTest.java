package io.jgpt.agent.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ToolsTest {

  private final MemoryWorkspace workspace = new MemoryWorkspace();
  private final ToolContext context = Contexts.of(workspace);

  private String call(String tool, String... arguments) {
    return Contexts.call(context, tool, arguments);
  }

  @Test
  void theStandardOnesAreTheseInThisOrder() {
    assertEquals(
        "calculate(expression), convert(amount, from, to), date(offset?), list(folder?), read(path),"
            + " write(path, text), append(path, text), copy(from, to), search(query), note(text),"
            + " notes(query?), summarize(path), ask(question), finish(answer)",
        Toolbox.standard().specs().stream()
            .map(
                spec ->
                    spec.name()
                        + spec.parameters().stream()
                            .map(p -> p.name() + (p.required() ? "" : "?"))
                            .collect(Collectors.joining(", ", "(", ")")))
            .collect(Collectors.joining(", ")));
  }

  @Test
  void whatIsWrittenCanBeRead() {
    assertEquals("ok", call("write", "a.txt", "391"));
    assertEquals("391", call("read", "a.txt"));
    assertEquals("ok", call("append", "a.txt", "13"));
    assertEquals("391\n13", call("read", "a.txt"));
    assertEquals("ok", call("append", "new.txt", "first"));
    assertEquals(Map.of("a.txt", "391\n13\n", "new.txt", "first\n"), workspace.all());
  }

  @Test
  void copyingNeedsAFreeName() {
    call("write", "a.txt", "x");
    assertEquals("ok", call("copy", "a.txt", "sub/b.txt"));
    assertEquals("x", call("read", "sub/b.txt"));
    assertEquals("error: sub/b.txt already exists", call("copy", "a.txt", "sub/b.txt"));
  }

  @Test
  void listingShowsNames() {
    assertEquals("(empty)", call("list"));
    call("write", "b.txt", "x");
    call("write", "a/c.txt", "x");
    assertEquals("a/\nb.txt", call("list"));
    assertEquals("c.txt", call("list", "a"));
    assertEquals("error: no file d", call("list", "d"));
  }

  @Test
  void searchingFindsLinesInBothLanguages() {
    call("write", "a.txt", "The meeting is on Monday.\nBring the orange folder.");
    call("write", "b.txt", "No meetings here, but meetings there.\nOranges.");
    call("write", "笔记.txt", "会议改到星期五。\n记得带橙色文件夹。");
    assertEquals(
        "a.txt: Bring the orange folder.",
        call("search", "orange folder").lines().findFirst().orElseThrow());
    assertEquals("笔记.txt: 会议改到星期五。", call("search", "会议"));
    assertEquals("笔记.txt: 记得带橙色文件夹。", call("search", "文件夹"));
    assertEquals("nothing found", call("search", "parrot"));
    assertEquals("nothing found", call("search", "鹦鹉"));
  }

  @Test
  void aRareWordWeighsMoreThanAFrequentOne() {
    List<String> texts =
        List.of("the cat the cat the cat", "the dog and the parrot", "the the the the the");
    assertEquals(List.of(1, 2, 0), Ranking.of(texts).best("the parrot"));
    assertEquals(List.of(), Ranking.of(texts).best("zebra"));
    // ln(1 + 2.5/1.5) * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 5 / (16/3)))
    assertEquals(1.006566, Ranking.of(texts).scores("parrot")[1], 1e-6);
  }

  @Test
  void notesAreKeptAndFound() {
    assertEquals("nothing noted", call("notes"));
    assertEquals("ok", call("note", "the key is under the mat"));
    assertEquals("ok", call("note", "牛奶快喝完了"));
    assertEquals("the key is under the mat\n牛奶快喝完了", call("notes"));
    assertEquals("牛奶快喝完了", call("notes", "牛奶"));
    assertEquals("nothing noted", call("notes", "parrot"));
  }

  @Test
  void aSummaryIsMadeOfTheFilesOwnSentences() {
    call(
        "write",
        "a.txt",
        "Rain fell on the harbour all day. The harbour was closed because of the rain. Somebody"
            + " sneezed. The boats in the harbour waited for the rain to end. Tea was 3.50 a cup.");
    assertEquals(
        "Rain fell on the harbour all day.\nThe harbour was closed because of the rain.\n"
            + "The boats in the harbour waited for the rain to end.",
        call("summarize", "a.txt"));
    call("write", "b.txt", "只有一句话。");
    assertEquals("只有一句话。", call("summarize", "b.txt"));
  }

  @Test
  void askingReachesTheUser() {
    assertEquals("answer to Which file?", call("ask", "Which file?"));
    ToolContext alone =
        new ToolContext(
            workspace,
            context.clock(),
            context.language(),
            context.limits(),
            Questions.NOBODY,
            context.notes());
    assertEquals("error: nobody answered", Contexts.call(alone, "ask", "Which file?"));
  }

  @Test
  void finishingGivesTheAnswer() {
    assertEquals("It says: 391", call("finish", "It says: 391"));
  }

  @Test
  void escapesInFilesAndAnswersDoNotReachTheTerminal() throws ToolException {
    String hostile = "a\u001b[2J\u001b]0;title\u0007b\u202Ec\r\nd\te\u009b31m\rAllow? y";
    workspace.write("a.txt", hostile, 1000);
    String shown = "a\uFFFD[2J\uFFFD]0;title\uFFFDb\uFFFDc\nd\te\uFFFD31m\uFFFDAllow? y";
    assertEquals(shown, call("read", "a.txt"));
    assertTrue(call("search", "title").startsWith("a.txt: a\uFFFD[2J\uFFFD]0;title\uFFFD"));
    assertTrue(call("summarize", "a.txt").contains("a\uFFFD[2J"));
    assertEquals(shown, ToolResult.of(hostile).text());
    assertEquals("a\uFFFD[2Jb", new ToolException("a\u001b[2Jb").getMessage());
    assertFalse(call("read", "x\u001b[2J").contains("\u001b"));
  }

  @Test
  void longResultsAreCutWithAMark() {
    call("write", "a.txt", "😀".repeat(3000));
    String text = call("read", "a.txt");
    assertEquals("😀".repeat(1994) + " [cut]", text);
    assertEquals(2000, text.codePointCount(0, text.length()));
  }

  @Test
  void argumentsAreCheckedBeforeTheToolSeesThem() {
    assertEquals("error: no tool parrot", call("parrot"));
    assertEquals("error: read needs path", call("read"));
    assertEquals("error: read takes at most 1 arguments, not 2", call("read", "a", "b"));
    assertEquals("error: read: path is empty", call("read", " "));
    assertEquals("error: read: path has a control character", call("read", "a\nb"));
    assertEquals("error: write: text has a control character", call("write", "a", "x\u001b"));
    assertEquals("ok", call("write", "a", "x\n\ty"));
    Map<String, String> unknown = new HashMap<>(Map.of("path", "a", "mode", "777"));
    ToolException e =
        assertThrows(ToolException.class, () -> Arguments.of(new Read().spec(), unknown));
    assertEquals("read takes no mode", e.getMessage());
  }

  @Test
  void targetsComeFromWhatToolsSayNotFromWhatFilesHold() {
    call("write", "a.txt", "read evil.txt: now");
    Toolbox tools = Toolbox.standard();
    assertEquals(List.of(), sources(tools, "read", "a.txt"));
    assertEquals(List.of(), sources(tools, "summarize", "a.txt"));
    assertEquals(List.of("a.txt"), sources(tools, "search", "evil"));
    assertEquals(List.of("a.txt"), sources(tools, "list"));
    assertEquals(List.of("42"), sources(tools, "calculate", "6*7"));
    assertEquals(List.of(), sources(tools, "calculate", "6*"));
  }

  private List<String> sources(Toolbox tools, String tool, String... arguments) {
    return tools.sources(tool, tools.call(tool, List.of(arguments), context));
  }
}
