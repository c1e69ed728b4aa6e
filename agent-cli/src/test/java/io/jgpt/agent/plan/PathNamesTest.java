package io.jgpt.agent.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.sampling.grammar.Grammar.Span.Piece;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PathNamesTest {

  private static Set<String> offered(List<List<Piece>> texts) {
    Set<String> offered = new TreeSet<>();
    for (List<Piece> pieces : texts) {
      for (int from = 0; from < pieces.size(); from++) {
        for (int to = from + 1; to <= pieces.size(); to++) {
          if (pieces.get(from).first() && pieces.get(to - 1).last()) {
            offered.add(
                pieces.subList(from, to).stream().map(Piece::text).collect(Collectors.joining()));
          }
        }
      }
    }
    return offered;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "Read a.text. No hurry.; Read|a.text|No|hurry",
        "read data.txt, please; read|data.txt|please",
        "say ... - wait .; say|wait",
        "list reports/; list|reports|reports/",
        "read ../../x.txt; read|../../x.txt|x.txt",
        "look into ../..; look|into|../..",
        "open /etc/passwd; open|/etc|etc|/etc/|etc/|/etc/passwd|etc/passwd|passwd",
        "open ~/a.md; open|~/a.md|a.md",
        "write to .env; write|to|.env",
        "C:\\x\\y.txt; C|C:\\x\\y.txt",
        "Tom's.txt; Tom's.txt",
        "v2.0-rc1.tar.gz; v2.0-rc1.tar.gz",
        "读a.md; 读|读a.md|a.md",
        "😀; 😀",
      })
  void areAllThatAreOffered(String line, String names) {
    assertEquals(Set.of(names.split("\\|", -1)), offered(PathNames.of(line)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "把结果写到笔记.txt; 笔记.txt|到笔记.txt; .txt|txt|到笔记.",
        "把.番茄79.txt删了; .番茄79.txt; .txt",
        "写到.env; .env; env",
        "看清单.csv，再看改进.md。; 清单.csv|改进.md; .csv|.md|清单.csv，再看改进.md|改进.md。",
        "清空../../蝴蝶.txt; ../../蝴蝶.txt; /../蝴蝶.txt|./../蝴蝶.txt",
        "在/etc/鸽子.md里写; /etc/鸽子.md; /鸽子.md",
        "打开工作/报告.txt; 工作/报告.txt|报告.txt|工作|工作/; /报告.txt",
        "“reports/2026 plan.txt”里; reports/2026 plan.txt; reports/2026 plan",
        "write \"my file.txt\", it's fine; my file.txt|it's; file.txt, it's|it",
        "(see a.txt); a.txt|see; (see|see a.txt",
        "叫 \"No hurry.\" 的; No; No hurry.|No hurry",
        "读a\u202eb.txt; b.txt; a\u202eb.txt",
      })
  void areNotCutOutOfLargerOnes(String line, String names, String others) {
    Set<String> offered = offered(PathNames.of(line));
    for (String name : names.split("\\|", -1)) {
      assertTrue(offered.contains(name), () -> name + " in " + offered);
    }
    for (String other : others.split("\\|", -1)) {
      assertFalse(offered.contains(other), () -> other + " in " + offered);
    }
  }

  @Test
  void ofAListingIsTheLine() {
    assertEquals(Set.of("2026 plan.txt"), offered(PathNames.whole("2026 plan.txt")));
    assertEquals(Set.of("my notes/"), offered(PathNames.whole("my notes/")));
    for (String none : new String[] {"No hurry.", "", "…", "-", "a\u202e.txt", "甲".repeat(86)}) {
      assertEquals(Set.of(), offered(PathNames.whole(none)), none);
    }
  }

  @Test
  void haveNamesThatFileSystemsTake() {
    String run = "甲乙丙丁".repeat(60);
    Set<String> offered = offered(PathNames.of(run + "/" + run));
    assertTrue(offered.stream().allMatch(name -> name.length() <= 85 + 85 + 1));
    assertTrue(offered.contains("乙丙丁甲".repeat(10)));
  }
}
