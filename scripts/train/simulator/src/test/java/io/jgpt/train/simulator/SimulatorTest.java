package io.jgpt.train.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.agent.eval.EvaluationSet;
import io.jgpt.agent.eval.EvaluationTask;
import io.jgpt.agent.plan.Offers;
import io.jgpt.agent.tool.Parameter;
import io.jgpt.agent.tool.Tool;
import io.jgpt.agent.tool.ToolResult;
import io.jgpt.agent.tool.ToolSpec;
import io.jgpt.agent.tool.Toolbox;
import io.jgpt.train.simulator.Item.Act;
import io.jgpt.train.simulator.Item.Finish;
import io.jgpt.train.simulator.Item.Obs;
import io.jgpt.train.simulator.Simulator.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SimulatorTest {

  private static final Path WORDINGS = Path.of("../wordings");
  private static final int MANY = 4000;
  private static Simulator simulator;
  private static List<Trajectory> training;

  @BeforeAll
  static void simulate() throws IOException {
    simulator = new Simulator(WORDINGS);
    training = make(Part.TRAINING, MANY);
  }

  private static List<Trajectory> make(Part part, int count) {
    return LongStream.range(0, count).mapToObj(n -> simulator.make(part, 3, n)).toList();
  }

  private static double share(Predicate<Trajectory> of) {
    return training.stream().filter(of).count() / (double) MANY;
  }

  private static boolean has(Trajectory trajectory, Predicate<Item> item) {
    return trajectory.items().stream().anyMatch(item);
  }

  @Test
  void aNumberGivesTheSameTrajectoryWhateverWasMadeBefore() {
    for (int n = 0; n < 50; n++) {
      assertEquals(training.get(n), simulator.make(Part.TRAINING, 3, n));
    }
    assertTrue(new HashSet<>(training.stream().map(Trajectory::goal).toList()).size() > MANY * 0.8);
  }

  @Test
  void theMixtureIsAsDescribed() {
    assertEquals(0.5, share(t -> t.language() == Language.ZH), 0.05);
    assertEquals(0.22, share(t -> t.kind().equals("chat")), 0.03);
    double impossible = share(t -> t.kind().equals("impossible"));
    double failed = share(t -> !t.kind().equals("impossible") && t.failed());
    assertEquals(0.13, impossible + failed, 0.04);
    assertEquals(
        0.10, share(t -> has(t, i -> i instanceof Obs o && o.text().startsWith("error: "))), 0.05);
    for (ToolSpec tool : Toolbox.standard().specs()) {
      if (!tool.name().equals("finish")) {
        double used = share(t -> has(t, i -> i instanceof Act a && a.tool().equals(tool.name())));
        assertTrue(used > 0.02, tool.name() + ": " + used);
      }
    }
    assertTrue(share(t -> t.items().stream().filter(i -> i instanceof Act).count() >= 3) > 0.1);
  }

  @Test
  void hostileFilesAreReadAndNeverObeyed() throws IOException {
    List<String> hostile = new ArrayList<>();
    for (Language language : Language.values()) {
      for (String line :
          Wordings.read(WORDINGS.resolve(language.code()))
              .lines("injections", "injection", false)) {
        hostile.add("\\Q" + line.replaceAll("\\{path2?\\}", "\\\\E.+\\\\Q") + "\\E");
      }
    }
    Pattern injection = Pattern.compile(String.join("|", hostile));
    double shown =
        share(t -> has(t, i -> i instanceof Obs o && injection.matcher(o.text()).find()));
    assertEquals(0.05, shown, 0.02);
  }

  /** What must be copied can be: from the goal or from what a tool itself said. */
  @ParameterizedTest
  @EnumSource(Part.class)
  void targetsAreNamedByTheGoalOrByATool(Part part) {
    Toolbox tools = Toolbox.standard();
    for (Trajectory trajectory : make(part, 500)) {
      List<String> sources = new ArrayList<>(List.of(trajectory.goal()));
      Act act = null;
      for (Item item : trajectory.items()) {
        if (item instanceof Act next) {
          act = next;
          List<Parameter> parameters =
              tools.find(act.tool()).map(Tool::spec).orElseThrow().parameters();
          for (int i = 0; i < act.arguments().size(); i++) {
            String value = act.arguments().get(i);
            if (parameters.get(i).kind().isSpan()) {
              assertTrue(
                  sources.stream().anyMatch(source -> source.contains(value)),
                  () -> value + " in " + trajectory.line());
            }
          }
        } else if (item instanceof Obs obs) {
          boolean failed = obs.text().startsWith("error: ");
          sources.addAll(tools.sources(act.tool(), new ToolResult(obs.text(), failed, false)));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Part.class)
  void everyTrajectoryEndsWithItsOnlyAnswerAndEverySlotIsFilled(Part part) {
    for (Trajectory trajectory : make(part, 500)) {
      assertTrue(trajectory.items().getLast() instanceof Finish);
      assertEquals(1, trajectory.items().stream().filter(i -> i instanceof Finish).count());
      assertFalse(
          Pattern.compile("\\{[a-z0-9]+\\}").matcher(trajectory.line()).find(), trajectory.line());
      String answer = ((Finish) trajectory.items().getLast()).text();
      for (String fact : trajectory.facts()) {
        assertTrue(fact.lines().allMatch(answer::contains), trajectory.line());
      }
    }
  }

  @Test
  void nothingHeldOutIsTrainedOn() throws IOException {
    Set<String> goals = new HashSet<>(training.stream().map(Trajectory::goal).toList());
    for (Part part : List.of(Part.VALUES, Part.WORDINGS, Part.COMPOSITIONS)) {
      for (Trajectory trajectory : make(part, 300)) {
        assertFalse(goals.contains(trajectory.goal()), trajectory.goal());
      }
    }
    Set<String> compositions = new HashSet<>(training.stream().map(Trajectory::kind).toList());
    for (Trajectory trajectory : make(Part.COMPOSITIONS, 300)) {
      assertFalse(compositions.contains(trajectory.kind()), trajectory.kind());
    }
    for (Language language : Language.values()) {
      Wordings wordings = Wordings.read(WORDINGS.resolve(language.code()));
      for (String section : List.of("chat", "impossible")) {
        for (String line :
            wordings.hasHeldOut(section)
                ? wordings.lines(section, section, true)
                : List.<String>of()) {
          assertFalse(goals.contains(line.substring(0, line.indexOf('\t'))), line);
        }
      }
    }
  }

  /**
   * The sets as they were frozen, whatever lines and simulator have become since. Here and below
   * only places are told: who learns what is held out can no longer write lines to train on.
   */
  @Test
  void noGoalOfAFrozenSetIsTrainedOn() {
    Set<String> goals = new HashSet<>();
    for (Trajectory trajectory : make(Part.TRAINING, 5 * MANY)) {
      goals.add(trajectory.goal());
    }
    List<String> learnt = new ArrayList<>();
    for (EvaluationSet set : EvaluationSet.values()) {
      List<EvaluationTask> tasks = set.tasks(); // one a line
      for (int i = 0; i < tasks.size(); i++) {
        if (goals.contains(tasks.get(i).goal())) {
          learnt.add(set + ":" + (i + 1));
        }
      }
    }
    assertEquals(List.of(), learnt);
  }

  @Test
  void noHeldOutLineIsLearntInAnyFile() throws IOException {
    Map<String, String> learnt = new HashMap<>();
    Map<String, String> heldOut = new TreeMap<>();
    try (Stream<Path> files = Files.walk(WORDINGS)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".txt")).sorted().toList()) {
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
          String line = lines.get(i);
          String place = WORDINGS.relativize(file) + ":" + (i + 1);
          if (line.startsWith("~")) {
            heldOut.put(place, folded(line));
          } else if (!line.isBlank() && !line.startsWith("#") && !line.startsWith("[")) {
            learnt.put(folded(line), place);
          }
        }
      }
    }
    assertTrue(heldOut.size() > 500 && learnt.size() > 5000);
    List<String> both =
        heldOut.entrySet().stream()
            .filter(line -> learnt.containsKey(line.getValue()))
            .map(line -> line.getKey() + " is learnt in " + learnt.get(line.getValue()))
            .toList();
    assertEquals(List.of(), both);
  }

  /**
   * What is said, as {@code check.py} compares it: without the answer in a second column, and what
   * a reader would not count as another wording.
   */
  private static String folded(String line) {
    String said = line.replaceFirst("\t.*", "");
    return Normalizer.normalize(said, Normalizer.Form.NFKC)
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^{}\\p{L}\\p{N}]", "");
  }

  @Test
  void whatIsCopiedIsOfferedByTheGrammar() {
    Toolbox tools = Toolbox.standard();
    var offers = new Offers();
    int copied = 0;
    for (Trajectory trajectory : training) {
      List<String> sources = new ArrayList<>(List.of(trajectory.goal()));
      ToolSpec spec = null;
      for (Item item : trajectory.items()) {
        if (item instanceof Act(String tool, List<String> arguments)) {
          spec = tools.find(tool).orElseThrow().spec();
          for (int i = 0; i < arguments.size(); i++) {
            String value = arguments.get(i);
            Parameter.Kind kind = spec.parameters().get(i).kind();
            assertTrue(
                offers.contain(sources, kind, value) || isCapitalized(trajectory.goal(), value),
                () -> kind + " " + value + " of " + sources);
            copied++;
          }
        } else if (item instanceof Obs(String text) && !text.startsWith("error: ")) {
          sources.addAll(tools.find(spec.name()).orElseThrow().sources(text));
        }
      }
    }
    assertTrue(copied > 2 * MANY, copied + " arguments");
  }

  /** A name that a sentence begins with has a capital letter there. */
  private static boolean isCapitalized(String goal, String name) {
    return !goal.contains(name)
        && goal.contains(name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1));
  }

  @Test
  void heldOutWordingsAreUsedForTheirSet() {
    Pattern heldOut =
        Pattern.compile(
            "how much would .+ be|Could you do .+\\?|.+ equals\\?|Please compute .+ for me\\..*");
    assertFalse(
        training.stream()
            .anyMatch(t -> t.kind().equals("calculate") && heldOut.matcher(t.goal()).matches()));
    assertTrue(
        make(Part.WORDINGS, 1000).stream()
            .anyMatch(t -> t.kind().equals("calculate") && heldOut.matcher(t.goal()).matches()));
  }
}
