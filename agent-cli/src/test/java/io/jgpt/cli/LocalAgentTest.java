package io.jgpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.agent.log.RunFile;
import io.jgpt.agent.log.RunHeader;
import io.jgpt.testing.ActingModel;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent with a model in this process, which has random weights: it acts, whatever that is. */
final class LocalAgentTest {

  private static final String GOAL = "Write 17*23 to a.txt, then read it";

  @TempDir Path root;
  private Shell shell;

  @BeforeEach
  void makeShell() {
    shell = new Shell(root);
  }

  private Shell.Run agent(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "agent";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return shell.run(all);
  }

  private RunHeader header() throws IOException {
    Invocation invocation =
        Invocation.of(shell.host(OutputStream.nullOutputStream()), List.of("agent"));
    try (AgentRuns runs = AgentRuns.open(invocation, new Planners(invocation, new ModelOptions()));
        RunFile file = runs.find("last")) {
      return file.header();
    }
  }

  @Test
  void aModelHerePlansByDefaultAndTheRunSaysWhichAndHow() throws IOException {
    shell.env("JGPT_MODEL", "acting");
    Shell.Run run = agent("--yes", "--json-events", "--max-steps", "2", GOAL);
    assertTrue(run.code() == 0 || run.code() == 7, run.err());
    assertTrue(run.out().lines().count() > 3, run.out());
    RunHeader header = header();
    assertEquals("local", header.planner());
    assertEquals("acting", header.model());
    assertEquals(64, header.modelHash().length());
    assertEquals(0, header.temperature());
    Shell.Run again = agent("--yes", "--json-events", "--max-steps", "2", GOAL);
    assertEquals(run.out(), again.out());
    Shell.Run replayed = agent("--json-events", "--replay", "last");
    assertEquals(run.out(), replayed.out());
    Shell.Run anew = agent("--json-events", "--replay", "last", "--planner", "local");
    assertEquals(0, anew.code(), anew.err());
    assertEquals(run.out(), anew.out());
  }

  /** What the model writes as its thought or answer is seen while it writes it. */
  @Test
  void aTerminalShowsWhatTheModelThinksWhileItThinks() {
    shell.env("TERM", "xterm").errKind = StreamKind.TERMINAL;
    String[] drawn = {"-m", "acting", "--temperature", "1", "--seed", "5", "--yes"};
    String english = agent(drawn, GOAL).err();
    assertTrue(
        english.lines().anyMatch(line -> line.matches(".*thinking: [^\\s\\x1B].*")), english);
    shell.errKind = StreamKind.PIPE;
    assertFalse(agent(drawn, GOAL).err().contains("thinking"));
  }

  @Test
  void aDrawnRunIsRecordedWithItsSeedAndPlansTheSameAgain() throws IOException {
    String[] drawn = {"-m", "acting", "--temperature", "1", "--seed", "5", "--yes", GOAL};
    agent(drawn);
    assertEquals(1, header().temperature());
    assertEquals(5, header().seed());
    assertEquals(0, agent("--replay", "last", "--planner", "local").code());
    Shell.Run other = agent("--replay", "last", "--planner", "local", "--seed", "6");
    assertEquals(5, other.code());
    assertTrue(other.err().contains("departs from its record"), other.err());
  }

  @Test
  void aRunGoesOnWithTheModelItWasBegunWith() {
    int seed = 0;
    Shell.Run run;
    do { // until one has not answered after one step
      run =
          agent(
              "-m acting --temperature 1 --yes --max-steps 1 --seed"
                  .concat(" " + seed++)
                  .split(" ", -1),
              GOAL);
    } while (run.code() == 0);
    assertEquals(7, run.code(), run.err());
    Shell.Run resumed = agent("--resume", "last", "--yes");
    assertFalse(resumed.err().contains("no longer the model"), resumed.err());
    ActingModel.write(root.resolve("bundled/acting"), 6);
    Shell.Run changed = agent("--replay", "last", "--planner", "local");
    assertTrue(changed.err().contains("acting is no longer the model that run "), changed.err());
  }

  private Shell.Run agent(String[] options, String goal) {
    String[] all = Arrays.copyOf(options, options.length + 1);
    all[options.length] = goal;
    return agent(all);
  }

  @Test
  void aModelThatWasNotTrainedToActIsNamedWithWhatItLacks() {
    Shell.Run run = agent(GOAL);
    assertEquals(3, run.code());
    assertEquals(
        "jgpt: mini was not trained to act: its vocabulary lacks <|goal|>, <|think|>, <|act|>,"
            + " <|arg|>, <|obs|>, <|end|>, <|finish|>; use the bundled model (-m mini), or"
            + " --planner openai\n",
        run.err());
    assertTrue(agent("--lang", "zh", GOAL).err().contains("没有受过执行动作的训练"));
  }

  @Test
  void aGoalThatIsTooLongIsRefused() {
    Shell.Run run = agent("-m", "acting", "x".repeat(500));
    assertEquals(5, run.code());
    assertTrue(run.err().contains("too long for acting: 502 > 214 tokens"), run.err());
    Shell.Run less = agent("-m", "acting", "--max-context", "30", "x".repeat(100));
    assertTrue(less.err().contains("102 > 20 tokens"), less.err());
  }

  @Test
  void optionsOfAModelHereAreRefusedWithOtherPlanners() {
    shell.file("script", "[]");
    for (String option :
        new String[] {
          "--device cpu",
          "--dtype f32",
          "--threads 1",
          "--max-context 9",
          "--temperature 1",
          "--seed 1",
          "--model x"
        }) {
      String command = "--planner script:script " + option + " goal";
      Shell.Run run = agent(command.split(" ", -1));
      assertEquals(2, run.code(), run.err());
      String name = option.split(" ", -1)[0];
      assertTrue(run.err().startsWith("jgpt: " + name + " works only with --planner "), run.err());
    }
    assertEquals(2, agent("--planner openai -m x --device cpu goal".split(" ", -1)).code());
    assertEquals(2, agent("--planner", "openai", "goal").code());
  }

  @Test
  void deviceAndThreadsAreObeyed() {
    assertEquals(4, agent("-m", "acting", "--device", "cuda:99", GOAL).code());
    Shell.Run f32 = agent("-m acting --yes --json-events a.txt".split(" ", -1));
    Shell.Run int8 = agent("-m acting --yes --json-events --dtype int8 a.txt".split(" ", -1));
    assertNotEquals("", int8.out());
    assertTrue(Files.exists(shell.userHome.resolve(".cache/jgpt/weights")), f32.err());
  }

  @Test
  void severalGoalsShareOneModel() {
    shell.stdin("a.txt\nb.txt\n/quit\n");
    shell.env("TERM", "xterm").errKind = StreamKind.TERMINAL;
    Shell.Run run = agent("-m", "acting", "--yes", "--max-steps", "1");
    assertEquals(1, run.err().split("loading acting", -1).length - 1, run.err());
  }
}
