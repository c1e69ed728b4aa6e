package io.jgpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.LanguageModel;
import io.jgpt.Options;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PerplexityCommandTest {

  private static final String TEXT =
      "the wolf and the seven kids, and who else was there. ".repeat(4);

  @TempDir Path root;
  private Shell shell;

  @BeforeEach
  void makeShell() {
    shell = new Shell(root);
    shell.file("text", TEXT);
  }

  /** By the definition: each token by a window of its own, the one that the stride gives it. */
  private double expected(int stride, boolean first) {
    try (LanguageModel model = LanguageModel.open(shell.mini(), Options.device("cpu"))) {
      int[] ids = model.tokenizer().orElseThrow().encode(TEXT);
      double sum = 0;
      int count = 0;
      for (int i = 1; i < ids.length; i++) {
        int windows = Math.max(0, (i - TinyModel.CONTEXT) / stride + 1);
        int begin = i < TinyModel.CONTEXT ? 0 : windows * stride;
        if (begin < i) {
          sum -= model.score(Arrays.copyOfRange(ids, begin, i + 1), i - begin)[0];
          count++;
        }
      }
      assertEquals(first, count == ids.length - 1);
      return Math.exp(sum / count);
    }
  }

  private Map<String, Object> json(String... arguments) {
    String[] all = new String[arguments.length + 3];
    all[0] = "perplexity";
    all[1] = "text";
    all[2] = "--json";
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    Shell.Run run = shell.run(all);
    assertEquals(0, run.code(), run.err());
    return JsonTree.object(run.out());
  }

  @Test
  void aContextOfOneTokenScoresNothing() {
    Shell.Run run = shell.run("perplexity", "text", "--max-context", "1");
    assertEquals(5, run.code());
    assertTrue(run.err().contains("holds 1 token"), run.err());
  }

  @Test
  void eachTokenIsScoredOnceInTheFirstWindowThatReachesIt() {
    for (int stride : new int[] {1, 7, 32, 63}) {
      Map<String, Object> object = json("--stride", Integer.toString(stride));
      assertEquals((double) TEXT.length(), object.get("tokens"));
      assertEquals(TEXT.length() - 1.0, object.get("scored_tokens"));
      double perplexity = (double) object.get("perplexity");
      assertEquals(expected(stride, true), perplexity, 1e-4 * perplexity);
    }
  }

  @Test
  void theStrideIsHalfTheContextWhereNobodySays() {
    assertEquals(32.0, json().get("stride"));
    assertEquals(10.0, json("--max-context", "20").get("stride"));
  }

  @Test
  void aStrideOfTheWholeContextLeavesOutWhatHasNothingBefore() {
    double perplexity = (double) json("--stride", "64").get("perplexity");
    assertEquals(expected(64, false), perplexity, 1e-4 * perplexity);
  }

  @Test
  void aTextShorterThanTheContextIsOneWindow() {
    shell.file("text", "ab");
    Map<String, Object> object = json();
    assertEquals(1.0, object.get("scored_tokens"));
    assertEquals(
        Math.log((double) object.get("perplexity")), (double) object.get("mean_nll"), 1e-9);
  }

  @Test
  void peopleGetOneLine() {
    Shell.Run run = shell.run("perplexity", "text");
    assertTrue(
        run.out().matches("perplexity [0-9.]+ \\(211 tokens scored, context 64, stride 32\\)\n"),
        run.out());
    assertTrue(shell.run("perplexity", "text", "--lang", "zh").out().startsWith("困惑度 "));
  }

  @Test
  void progressIsShownToATerminalAndTakenBack() {
    shell.errKind = StreamKind.TERMINAL;
    shell.env("TERM", "xterm");
    String err = shell.run("perplexity", "text").err();
    assertTrue(err.contains("of 212 (100%)"), err);
    assertTrue(err.endsWith("\r\u001B[K"), err);
  }
}
