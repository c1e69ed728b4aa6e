package io.jgpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EvalAgentCommandTest {

  @TempDir Path root;
  private Shell shell;

  @BeforeEach
  void makeShell() {
    shell = new Shell(root);
  }

  private Shell.Run eval(String options) {
    return shell.run(("eval agent " + options).split(" ", -1));
  }

  @Test
  void aTableHasALineForEachSetWithItsInterval() {
    Shell.Run run = eval("--planner router --limit 3");
    assertEquals(0, run.code(), run.err());
    assertEquals("", run.err());
    List<String> lines = run.out().lines().toList();
    assertEquals(6, lines.size(), run.out());
    assertTrue(lines.get(0).matches("set +done +of +share +interval \\(95%\\)"), run.out());
    assertTrue(lines.get(4).matches("free +[0-3] +3 +[0-9.]+% +[0-9.]+% - [0-9.]+%"), run.out());
    assertTrue(lines.get(5).matches("talk +[0-3] +3 +[0-9.]+% +[0-9.]+% - [0-9.]+%"), run.out());
    Shell.Run two = eval("--planner router --limit 3 --set talk --set values --lang zh");
    assertEquals(3, two.out().lines().count(), two.out());
    assertTrue(two.out().startsWith("集合"), two.out());
  }

  @Test
  void jsonHasTheSameFigures() {
    Shell.Run run = eval("--planner router --limit 10 --set free --json --failures");
    Map<String, Object> json = JsonTree.object(run.out());
    assertEquals("router", json.get("planner"));
    Map<String, Object> set = JsonTree.object(((List<?>) json.get("sets")).getFirst());
    assertEquals("free", set.get("set"));
    int done = ((Number) set.get("done")).intValue();
    assertTrue(done > 0 && done < 10, run.out());
    assertEquals(10 - done, ((List<?>) set.get("failures")).size());
    assertTrue(((Number) set.get("low")).doubleValue() < done / 10.0);
    assertTrue(((Number) set.get("high")).doubleValue() > done / 10.0);
  }

  @Test
  void aModelOfRandomWeightsDoesNothingRightAndIsToldOf() {
    Shell.Run run = eval("-m acting --set values --limit 4 --failures");
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains("values     0   4   0.0%"), run.out());
    assertTrue(run.out().contains("\nvalues values-000  做两件事"), run.out());
    assertTrue(run.out().lines().anyMatch(line -> line.startsWith("! ")), run.out());
    assertEquals(run.out(), eval("-m acting --set values --limit 4 --failures").out());
  }

  @Test
  void withoutTheGrammarWhatIsNoActionIsAFailure() {
    String base = "-m acting --set values --limit 2 --failures";
    Shell.Run run = eval(base + " --no-grammar");
    assertTrue(run.out().contains("< the model wrote no action"), run.out());
    assertFalse(eval(base).out().contains("< the model wrote no action"));
  }

  @Test
  void randomWeightsAreOtherWeightsOfTheSameModelAndLeaveNoFile() throws IOException {
    String base = "-m acting --set values --limit 2 --failures --json";
    Shell.Run run = eval(base + " --random-weights");
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains("\"planner\":\"local, random weights\""), run.out());
    assertEquals(run.out(), eval(base + " --random-weights").out());

    Path original = root.resolve("bundled/acting");
    Path made;
    try (RandomWeights random = RandomWeights.like(original)) {
      made = random.directory();
      for (String same : new String[] {"config.json", "tokenizer.json"}) {
        assertEquals(-1, Files.mismatch(original.resolve(same), made.resolve(same)));
      }
      byte[] before = Files.readAllBytes(original.resolve("model.safetensors"));
      byte[] after = Files.readAllBytes(made.resolve("model.safetensors"));
      assertEquals(before.length, after.length);
      int header = (before[0] & 0xFF) + 256 * (before[1] & 0xFF);
      assertTrue(Arrays.mismatch(before, after) >= 8 + header, "the header is another");
    }
    assertFalse(Files.exists(made));
  }

  @Test
  void whatDoesNotFitTogetherIsRefused() {
    for (String option :
        new String[] {"--no-grammar", "--random-weights", "-m acting", "--device cpu"}) {
      assertEquals(2, eval("--planner router " + option).code(), option);
    }
    assertEquals(2, eval("--set none").code());
    assertEquals(2, eval("--planner openai").code());
    assertEquals(3, eval("--limit 1").code()); // mini was not trained to act
    assertEquals(2, shell.run("eval", "nothing").code());
    assertEquals(0, shell.run("eval").code());
  }

  @Test
  void itStopsWhenInterrupted() {
    shell.interruption.interrupt();
    Shell.Run run = eval("--planner router");
    assertEquals(130, run.code());
    assertEquals("", run.out());
  }

  @Test
  void progressIsForATerminal() {
    shell.env("TERM", "xterm").errKind = StreamKind.TERMINAL;
    assertTrue(eval("--planner router --limit 2 --set free").err().contains("free: 2 of 2 tasks"));
    assertEquals("", eval("--planner router --limit 2 --set free --quiet").err());
  }
}
