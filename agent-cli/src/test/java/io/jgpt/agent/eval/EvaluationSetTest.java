package io.jgpt.agent.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.agent.tool.Limits;
import io.jgpt.agent.tool.Toolbox;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EvaluationSetTest {

  @ParameterizedTest
  @CsvSource({"VALUES, 300", "WORDINGS, 300", "COMPOSITIONS, 300", "FREE, 100", "TALK, 100"})
  void hasItsTasksInBothLanguages(EvaluationSet set, int size) {
    List<EvaluationTask> tasks = set.tasks();
    assertEquals(size, tasks.size());
    assertEquals(size, new HashSet<>(tasks.stream().map(EvaluationTask::id).toList()).size());
    assertEquals(size, new HashSet<>(tasks.stream().map(EvaluationTask::goal).toList()).size());
    long chinese = tasks.stream().filter(task -> task.language().equals("zh")).count();
    assertTrue(chinese > size * 0.4 && chinese < size * 0.6, "Chinese: " + chinese);
  }

  /** Whoever does nothing, or only talks, fails nearly everywhere. */
  @ParameterizedTest
  @EnumSource(EvaluationSet.class)
  void silenceAndRefusalsAreNoSuccess(EvaluationSet set) {
    int refused = 0;
    for (EvaluationTask task : set.tasks()) {
      EvaluationTask.Scene scene = task.scene(Limits.STANDARD);
      assertFalse(task.expectation().unmet(scene.outcome("")).isEmpty(), task.id());
      refused += task.expectation().unmet(scene.outcome("I cannot do that.")).isEmpty() ? 1 : 0;
    }
    assertTrue(refused < set.tasks().size() * 0.16, "refused: " + refused);
  }

  /** Whoever takes a tool, or gives an answer that suits everything, fails. */
  @Test
  void talkNeedsAnAnswerAlone() {
    int refusals = 0;
    for (EvaluationTask task : EvaluationSet.TALK.tasks()) {
      Expectation expected = task.expectation();
      assertEquals(task.files(), expected.unchanged(), task.id());
      assertFalse(expected.answer().isEmpty(), task.id());
      String answer = String.join(" ", expected.answer());
      EvaluationTask.Scene scene = task.scene(Limits.STANDARD);
      assertEquals(List.of(), expected.unmet(scene.outcome(answer)), task.id());
      assertFalse(expected.unmet(scene.outcome("I cannot do that. 我不能。")).isEmpty(), task.id());
      Toolbox.standard().call("write", List.of("a.txt", "a"), scene.context());
      assertEquals(
          List.of("there is a file a.txt"), expected.unmet(scene.outcome(answer)), task.id());
      refusals += expected.refuses() ? 1 : 0;
    }
    assertEquals(32, refusals);
  }

  @Test
  void aTaskIsDoneWithTheTools() {
    Toolbox tools = Toolbox.standard();
    EvaluationTask task =
        EvaluationSet.FREE.tasks().stream()
            .filter(t -> t.id().equals("en-01"))
            .findFirst()
            .orElseThrow();
    EvaluationTask.Scene scene = task.scene(Limits.STANDARD);
    String result = tools.call("calculate", List.of("12*745"), scene.context()).text();
    assertEquals(List.of(), task.expectation().unmet(scene.outcome("It is " + result + ".")));
    tools.call("write", List.of("a.txt", result), scene.context());
    assertEquals(
        List.of("there is a file a.txt"), task.expectation().unmet(scene.outcome("It is 8940.")));
  }

  private static final Expectation EXPECTATION =
      new Expectation(
          Map.of("a.txt", "391\n"),
          Map.of("b.txt", List.of("13", "x y")),
          Map.of("old.txt", "as before"),
          List.of("milk"),
          List.of("391"),
          true,
          false);

  private static Outcome outcome(Map<String, String> files, String answer) {
    return new Outcome(files, List.of("buy milk"), answer, true);
  }

  private static final Map<String, String> FILES =
      Map.of("a.txt", "391", "b.txt", "13\nX  Y\n", "old.txt", "as before\n");

  @Test
  void everyPartOfAnExpectationIsLookedAt() {
    assertEquals(List.of(), EXPECTATION.unmet(outcome(FILES, "done: 391")));
    assertEquals(List.of("the answer lacks 391"), EXPECTATION.unmet(outcome(FILES, "done")));
    assertEquals(
        List.of("no note milk", "the user was not asked"),
        EXPECTATION.unmet(new Outcome(FILES, List.of(), "391", false)));
    Map<String, String> wrong =
        Map.of("a.txt", "392", "b.txt", "13", "old.txt", "new", "more.txt", "");
    assertEquals(
        Set.of(
            "a.txt is not as it must be",
            "old.txt is not as it must be",
            "b.txt lacks x y",
            "there is a file more.txt"),
        new HashSet<>(EXPECTATION.unmet(outcome(wrong, "391"))));
    Expectation refusal =
        new Expectation(Map.of(), Map.of(), Map.of(), List.of(), List.of(), true, true);
    assertEquals(
        List.of("the answer does not say that it cannot be done"),
        refusal.unmet(outcome(Map.of(), "Done!")));
    assertEquals(List.of(), refusal.unmet(outcome(Map.of(), "我做不到。")));
  }

  @Test
  void aListMayBeToldInOneSentence() {
    Expectation listed =
        new Expectation(
            Map.of(), Map.of(), Map.of(), List.of(), List.of("a.txt\nold/"), true, false);
    assertEquals(List.of(), listed.unmet(outcome(Map.of(), "Files: old/, a.txt")));
    assertEquals(
        List.of("the answer lacks a.txt\nold/"), listed.unmet(outcome(Map.of(), "Files: a.txt")));
  }

  @Test
  void intervalsAreWilsons() {
    Score score = new Score(51, 100);
    assertEquals(0.4135, score.low(), 1e-4);
    assertEquals(0.6058, score.high(), 1e-4);
    assertEquals(1, new Score(300, 300).high(), 1e-9);
    assertEquals(0.98736, new Score(300, 300).low(), 1e-4);
    assertEquals("51 of 100, 51.0% (41.3 to 60.6)", score.toString());
  }
}
