package io.jgpt.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.agent.eval.EvaluationSet;
import io.jgpt.agent.eval.EvaluationTask;
import io.jgpt.agent.tool.Effect;
import io.jgpt.agent.tool.Parameter;
import io.jgpt.agent.tool.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What counts as named. */
final class ProvenanceTest {

  private static boolean isNamed(Parameter.Kind kind, String value, String... sources) {
    var parameter = Parameter.required("target", kind, "for tests");
    var spec = new ToolSpec("do", "for tests", List.of(parameter), Effect.WRITES);
    Call call = Call.of("do", "target", value);
    return Provenance.unnamedTarget(spec, call, List.of(sources)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "Tell me what data.txt says; data.txt; a.txt,data,txt,ta.txt,.txt,dat",
        "Read 'data.txt'.; data.txt; a.txt",
        "read a-b_c.tar.gz; a-b_c.tar.gz; c.tar.gz,b_c.tar.gz,a,a-b_c.tar,gz",
        "a.txt,b.txt and (c.txt): d.txt!; a.txt,b.txt,c.txt,d.txt; xt",
        "copy a+b.txt to x@y.md...; a+b.txt,x@y.md; b.txt,y.md",
        "sum 2026.csv; 2026.csv; 6.csv",
        "copy docs/report.txt to old; docs/report.txt,docs,report.txt,old/report.txt,./old/; ort.txt",
        "what does ../a.txt say; ../a.txt,a.txt; ../b.txt",
        "Größe.txt, cafe\u0301.txt; Größe.txt; e.txt,\u0301.txt,ße.txt",
        "a.txt is in data.txt; a.txt; ata.txt",
      })
  void aNameBetweenSpacesIsWhole(String goal, String named, String others) {
    check(goal, named, others);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        // Behind a word that names follow.
        "把结果写进笔记.txt; 笔记.txt; 记.txt,果写进笔记.txt",
        "读笔记.txt; 笔记.txt; 记.txt",
        "将a.txt复制到备份/旧笔记.txt; a.txt,备份/旧笔记.txt; 备份/记.txt,备份/笔记.txt,份/旧笔记.txt",
        "总结会议.md和报告.md; 会议.md,报告.md; 议.md,告.md",
        "写到2026年报.txt; 2026年报.txt; 年报.txt,报.txt,6年报.txt",
        "记到笔记2.txt; 笔记2.txt; 2.txt,记2.txt",
        // Set off.
        "把 3 公里换算成米，记到 笔记.txt; 笔记.txt; 记.txt",
        "Tell me what 笔记.txt says; 笔记.txt; 记.txt",
        "打开“笔记.txt”; 笔记.txt; 记.txt",
        "读'报告final.txt'; 报告final.txt; final.txt,告final.txt",
        "笔记.txt; 笔记.txt; 记.txt",
        // Where a name ends.
        "看看草稿里的a.txt; 草稿/a.txt,草稿; 稿",
        "读笔记本.txt; 笔记本.txt; 笔记,笔记本",
        "读第3章笔记v2.txt; 第3章笔记v2.txt; 第3章笔记,章笔记v2.txt,2.txt",
        // Where the script changes.
        "翻译data.txt里的; data.txt; a.txt",
      })
  void aNameInChineseIsWholeWhereTheWordingSaysSo(String goal, String named, String others) {
    check(goal, named, others);
  }

  /** The cost of having no dictionary: neither answer would always be right. */
  @Test
  void whereNothingTellsWhereANameBeginsItMayBeginAnywhere() {
    assertTrue(isNamed(Parameter.Kind.PATH, "笔记.txt", "请誊清笔记.txt，谢谢"));
    assertTrue(isNamed(Parameter.Kind.PATH, "记.txt", "请誊清笔记.txt，谢谢"));
  }

  private static void check(String goal, String named, String others) {
    for (String path : named.split(",", -1)) {
      assertTrue(isNamed(Parameter.Kind.PATH, path, goal), path);
    }
    for (String path : others.split(",", -1)) {
      assertFalse(isNamed(Parameter.Kind.PATH, path, goal), path);
    }
  }

  @Test
  void aPathIsAFolderOfTheGoalWithAFileOfAListing() {
    String listing = "data.txt\n笔记.txt\nold/";
    assertTrue(isNamed(Parameter.Kind.PATH, "docs/data.txt", "read all in docs", listing));
    assertTrue(isNamed(Parameter.Kind.PATH, "docs/old/笔记.txt", "read all in docs", listing));
    for (String other : List.of("docs/a.txt", "docs/记.txt", "ocs/data.txt", "docs/old/x")) {
      assertFalse(isNamed(Parameter.Kind.PATH, other, "read all in docs", listing), other);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "COMMAND|run rm -r /ws/build now|rm -r /ws/build|rm -r /ws",
        "COMMAND|run rm -r /ws/build now|rm -r /ws/build|rm -r /",
        "COMMAND|run cat a.txt.bak|cat a.txt.bak|cat a.txt",
        "COMMAND|run 'git log', please|git log|it log",
        "COMMAND|run git logs|git logs|git log",
        "COMMAND|run git log --max-count=50|git log --max-count=50|git log --max-count=5",
        "COMMAND|run concat a.txt|concat a.txt|cat a.txt",
        "COMMAND|运行ls -l看看|ls -l|s -l",
        "COMMAND|运行cat 笔记本.txt|cat 笔记本.txt|cat 笔记",
        "URL|read https://x.org/a?b=1.|https://x.org/a?b=1|https://x.org/a",
        "URL|Is it at https://x.org/page?|https://x.org/page|https://x.org",
        "URL|打开https://x.org/a，告诉我|https://x.org/a|https://x.org",
        "URL|read https://x.org:8443/|https://x.org:8443|https://x.org",
        "VALUE|send 4712 to ada@x.org|4712|12",
        "VALUE|send 4712 to ada@x.org|ada@x.org|x.org",
        "VALUE|turn to -12.5 degrees|-12.5|12.5",
        "VALUE|turn to -12.5 degrees|-12.5|-12",
        "VALUE|tell Adam hello|Adam|Ada",
      })
  void commandsAddressesAndValuesAreWhole(
      Parameter.Kind kind, String goal, String named, String other) {
    assertTrue(isNamed(kind, named, goal));
    assertFalse(isNamed(kind, other, goal));
  }

  /** Where a target stands in the goal of a frozen task, nobody has to be asked about it. */
  @Test
  void theTargetsOfTheFrozenTasksAreNamed() {
    int looked = 0;
    List<String> unnamed = new ArrayList<>();
    for (EvaluationSet set : EvaluationSet.values()) {
      for (EvaluationTask task : set.tasks()) {
        Set<String> paths = new TreeSet<>(task.files().keySet());
        paths.addAll(task.expectation().files().keySet());
        paths.addAll(task.expectation().fragments().keySet());
        paths.removeIf(path -> !task.goal().contains(path));
        looked += paths.size();
        paths.removeIf(path -> isNamed(Parameter.Kind.PATH, path, task.goal()));
        paths.forEach(path -> unnamed.add(task.id() + ": " + path));
      }
    }
    assertEquals(List.of(), unnamed);
    assertTrue(looked > 1000, "looked at " + looked);
  }
}
