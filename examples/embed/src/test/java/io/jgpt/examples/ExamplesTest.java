package io.jgpt.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each example does what it says, if on a model that has nothing to say. */
class ExamplesTest {

  @TempDir private static Path model;

  @BeforeAll
  static void writeModel() throws IOException {
    TinyModel.write(model);
  }

  private static String run(Consumer<String[]> main) {
    var out = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      main.accept(new String[] {model.toString()});
    } finally {
      System.setOut(before);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void streaming() {
    String out = run(Streaming::main);
    assertTrue(out.contains("Usage[prompt=16, completion="), out);
  }

  @Test
  void conversation() {
    String out = run(Conversation::main);
    assertTrue(out.startsWith("Usage[prompt=34, "), out);
    assertTrue(out.contains("Fox: Goodbye.\nRabbit:"), out);
    assertTrue(out.lines().skip(1).findFirst().orElseThrow().contains("reused=3"), out);
  }

  @Test
  void batch() {
    List<String> lines = run(Batch::main).lines().toList();
    assertEquals(2, lines.stream().filter(line -> line.startsWith("The fox said")).count());
    assertEquals(2, lines.stream().filter(line -> line.startsWith("When the moon")).count());
  }

  @Test
  void choice() {
    String out = run(Choice::main);
    assertTrue(List.of("yes", "no", "perhaps").contains(out.strip()), out);
  }

  @Test
  void ownTool() {
    assertEquals("poem.txt has 4 words.\n", run(OwnTool::main));
  }

  @Test
  void thePageOfTheAgentShowsTheToolThatRuns() throws IOException {
    String page = Files.readString(Path.of("../../docs/agent.md"));
    int begin = page.indexOf("```java\n") + "```java\n".length();
    String shown = page.substring(begin, page.indexOf("```\n", begin));
    String source = Files.readString(Path.of("src/main/java/io/jgpt/examples/OwnTool.java"));
    String indented = shown.indent(2).replaceAll("(?m)^ +$", "");
    assertTrue(shown.lines().count() > 5 && source.contains(indented), shown);
  }

  @Test
  void cancellation() {
    String out = run(Cancellation::main);
    assertTrue(out.matches("(?s).*\n(CANCELLED|LENGTH) after \\d+ tokens\n"), out);
  }
}
