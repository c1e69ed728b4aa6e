package io.jgpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.agent.log.OddRuns;
import io.jgpt.agent.store.StateKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands say about runs that this version cannot read. */
final class UnusableRunsTest {

  private static final String SLEEP = "{\"time\":3,\"event\":{\"event\":\"sleep\"}}";

  @TempDir Path root;
  private Shell shell;

  @BeforeEach
  void makeShell() {
    shell =
        new Shell(root)
            .file("script", "[{\"command\":{\"name\":\"finish\",\"args\":{\"answer\":\"done\"}}}]");
  }

  private Path state() {
    return shell.userHome.resolve(".local/state/jgpt");
  }

  private void write(String header, String... more) throws Exception {
    List<String> lines = new ArrayList<>(List.of(header));
    lines.addAll(OddRuns.EVENTS);
    lines.addAll(List.of(more));
    OddRuns.write(state(), StateKey.open(state(), Optional.empty()).keys(), lines);
  }

  /** In every command that opens a run, in both languages. */
  private void assertSaid(String english, String chinese) {
    String file = OddRuns.file(state()).toString();
    for (String option : List.of("--resume", "--replay", "--transcript")) {
      Shell.Run run = shell.run("agent", option, "last");
      assertEquals(5, run.code(), option);
      assertEquals("", run.out());
      assertEquals("jgpt: " + english.formatted(file) + "\n", run.err());
      Shell.Run inChinese = shell.run("agent", option, OddRuns.ID, "--lang", "zh");
      assertEquals("jgpt: " + chinese.formatted(file) + "\n", inChinese.err());
    }
    assertEquals(5, shell.run("privacy", "feedback", "--epsilon", "1").code());
    Shell.Run export = shell.run("privacy", "export", "-");
    assertEquals(0, export.code());
    assertEquals("jgpt: warning: " + english.formatted(file) + "\n", export.err());
    assertTrue(export.out().contains("\"unreadable\""), export.out());
    shell.stdin("hello\n");
    Shell.Run prompt = shell.run("agent", "--planner", "script:script");
    assertEquals("done\n", prompt.out());
    assertTrue(prompt.err().contains(english.formatted(file)), prompt.err());
    assertFalse(prompt.err().contains("not as jgpt wrote it"), prompt.err());
  }

  @Test
  void ofANewerVersion() throws Exception {
    write("{\"run\":{\"format\":2}}");
    assertSaid(
        "the run %s has format 2, must be at most 1 for this version of jgpt; update jgpt",
        "运行记录 %s 的格式为 2，此版本的 jgpt 最高支持 1；请更新 jgpt");
  }

  @Test
  void withoutAFieldInItsHeader() throws Exception {
    write(OddRuns.HEADER.replace("\"planner\"", "\"who\""));
    assertSaid(
        "the header of the run %s, line 1, cannot be used: \"planner\" is missing; read it with the"
            + " version of jgpt that wrote it, or give its goal anew",
        "运行记录 %s 的头部（第 1 行）无法使用：\"planner\" is missing；请用写入它的 jgpt 版本读取，或重新给出目标");
  }

  @Test
  void withAnEventThatThereIsNot() throws Exception {
    write(OddRuns.HEADER, SLEEP);
    assertSaid(
        "line 4 of the run %s cannot be used: no event \"sleep\"; read it with the version of jgpt"
            + " that wrote it, or give its goal anew",
        "运行记录 %s 的第 4 行无法使用：no event \"sleep\"；请用写入它的 jgpt 版本读取，或重新给出目标");
  }

  @Test
  void thatAreNone() throws Exception {
    StateKey.open(state(), Optional.empty());
    Path file = OddRuns.file(state());
    Files.createDirectories(file.getParent());
    Files.writeString(file, "notes of mine\n");
    assertSaid(
        "%s is no run of jgpt, since line 1 is no header of one; remove it",
        "%s 不是 jgpt 的运行记录：第 1 行不是其头部；请将其删除");
    assertEquals("notes of mine\n", Files.readString(file));
  }
}
