package io.jgpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GenerateCommandTest {

  @TempDir Path root;
  private Shell shell;

  @BeforeEach
  void makeShell() {
    shell = new Shell(root);
  }

  private String greedy(String... arguments) {
    String[] all = new String[arguments.length + 4];
    all[0] = "generate";
    all[1] = "--greedy";
    all[2] = "--max-tokens";
    all[3] = "12";
    System.arraycopy(arguments, 0, all, 4, arguments.length);
    Shell.Run run = shell.run(all);
    assertEquals("", run.err());
    assertEquals(0, run.code());
    return run.out();
  }

  private Map<String, Object> json(String... arguments) {
    String[] all = new String[arguments.length + 2];
    all[0] = "generate";
    all[1] = "--json";
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    Shell.Run run = shell.run(all);
    assertEquals("", run.err());
    assertEquals(0, run.code());
    return JsonTree.object(run.out());
  }

  @Test
  void writesTheCompletionAndOneNewlineAndNothingElse() {
    String text = greedy("once");
    assertTrue(text.matches("[a-z ]{12}\n"), text);
  }

  @Test
  void aPromptIsTheSameFromArgumentFileAndStdin() {
    String expected = greedy("wolf 狼");
    shell.file("prompt", "wolf 狼\n");
    assertEquals(expected, greedy("--prompt-file", "prompt"));
    shell.file("windows", "\uFEFFwolf 狼\r\n");
    assertEquals(expected, greedy("--prompt-file", "windows"));
    shell.stdin("wolf 狼\n");
    assertEquals(expected, greedy());
    shell.stdin("wolf 狼");
    assertEquals(expected, greedy("-"));
    shell.stdin("wolf 狼");
    assertEquals(expected, greedy("--prompt-file", "-"));
    assertNotEquals(expected, greedy("wolf 犬"));
  }

  @Test
  void onlyOneNewlineIsTakenFromTheEndOfAFile() {
    String one = greedy("wolf\n");
    shell.file("prompt", "wolf\n\n");
    assertEquals(one, greedy("--prompt-file", "prompt"));
  }

  @Test
  void withASchemaTheCompletionIsAValueThatFitsIt() {
    shell.file(
        "schema",
        """
        {"type": "object", "required": ["name", "age"], "properties": {
          "name": {"type": "string"}, "age": {"type": "integer", "minimum": 0}}}
        """);
    for (int seed = 0; seed < 20; seed++) {
      Shell.Run run =
          shell.run(
              "generate",
              "--json-schema",
              "schema",
              "--quiet",
              "--temperature=1",
              "--top-k=0",
              "--max-tokens=" + (24 + seed),
              "--seed=" + seed,
              "once");
      assertEquals(0, run.code(), run.err());
      Map<String, Object> value = JsonTree.object(run.out());
      assertEquals(List.of("name", "age"), List.copyOf(value.keySet()));
      assertTrue((Double) value.get("age") >= 0, run.out());
    }
    shell.stdin("{\"enum\": [\"red\"]}");
    assertEquals("\"red\"\n", greedy("--json-schema", "-", "once"));
  }

  @Test
  void anEmptyPromptStartsFromEndOfText() {
    assertEquals(1.0, json("--greedy", "").get("prompt_tokens"));
  }

  @Test
  void jsonHasTheFieldsThatAreDocumentedInTheirOrder() {
    Map<String, Object> object = json("--seed", "5", "--max-tokens", "6", "once");
    assertEquals(
        List.of(
            "model",
            "device",
            "device_name",
            "dtype",
            "seed",
            "prompt_tokens",
            "completion_tokens",
            "token_ids",
            "text",
            "finish_reason",
            "timings"),
        List.copyOf(object.keySet()));
    assertEquals("mini", object.get("model"));
    assertEquals("cpu", object.get("device"));
    assertEquals("f32", object.get("dtype"));
    assertEquals(5.0, object.get("seed"));
    assertEquals(4.0, object.get("prompt_tokens"));
    assertEquals(6.0, object.get("completion_tokens"));
    assertEquals(6, JsonTree.list(object.get("token_ids")).size());
    assertEquals(6, object.get("text").toString().length());
    assertEquals("length", object.get("finish_reason"));
    assertEquals(
        Set.of(
            "load_ms",
            "first_token_ms",
            "prefill_ms",
            "prefill_tokens_per_s",
            "decode_ms",
            "decode_tokens_per_s"),
        JsonTree.object(object.get("timings")).keySet());
  }

  @Test
  void aRateThatCannotBeStatedIsNull() {
    Map<String, Object> timings = JsonTree.object(json("--max-tokens", "1", "once").get("timings"));
    assertEquals(JsonTree.NULL, timings.get("decode_tokens_per_s"));
  }

  @Test
  void textAndJsonAgree() {
    assertEquals(greedy("once"), json("--greedy", "--max-tokens", "12", "once").get("text") + "\n");
  }

  @Test
  void severalSamplesDifferAndTheFirstIsTheOneAlone() {
    Map<String, Object> object = json("-n", "3", "--seed", "9", "once");
    List<?> completions = JsonTree.list(object.get("completions"));
    assertEquals(3, completions.size());
    Object first = JsonTree.object(completions.get(0)).get("text");
    Object second = JsonTree.object(completions.get(1)).get("text");
    assertNotEquals(first, second);
    assertEquals(json("--seed", "9", "once").get("text"), first);
    assertFalse(object.containsKey("text"));
    assertEquals(3, shell.run("generate", "--n=3", "--seed", "9", "once").out().lines().count());
  }

  @Test
  void logprobsNameTheDrawnTokenAndTheMostProbableOnes() {
    Map<String, Object> object = json("--greedy", "--logprobs", "2", "--max-tokens", "3", "once");
    List<?> logprobs = JsonTree.list(object.get("logprobs"));
    assertEquals(3, logprobs.size());
    Map<String, Object> drawn = JsonTree.object(logprobs.getFirst());
    List<?> top = JsonTree.list(drawn.get("top"));
    assertEquals(Set.of("id", "token", "logprob", "top"), drawn.keySet());
    assertEquals(2, top.size());
    Map<String, Object> most = JsonTree.object(top.getFirst());
    assertEquals(drawn.get("id"), most.get("id"));
    assertEquals(drawn.get("logprob"), most.get("logprob"));
    assertEquals(object.get("text").toString().substring(0, 1), most.get("token"));
  }

  @Test
  void endOfTextStopsAndIsNoText() {
    Map<String, Object> object = json("--greedy", "--logit-bias", "256=100", "once");
    assertEquals("stop", object.get("finish_reason"));
    assertEquals("", object.get("text"));
  }

  @Test
  void jsonEscapesWhatMustNotStandInAString() {
    Map<String, Object> object =
        json(
            "--greedy",
            "--max-tokens",
            "2",
            "--logit-bias",
            "27=100",
            "--logit-bias",
            "34=99",
            "x");
    assertTrue(object.get("text").toString().startsWith("\u001B"));
  }

  @Test
  void withoutASeedOneIsDrawnThatGivesTheTextAgain() {
    Map<String, Object> drawn = json("once");
    double seed = (double) drawn.get("seed");
    Map<String, Object> again = json("--seed", Long.toString((long) seed), "once");
    assertEquals(drawn.get("text"), again.get("text"));
    assertNotEquals(seed, json("once").get("seed"));
  }

  @Test
  void aTerminalIsToldTheSeedUnlessItWantsQuiet() {
    shell.errKind = StreamKind.TERMINAL;
    shell.env("TERM", "xterm");
    assertTrue(shell.run("generate", "--seed", "77", "once").err().contains("seed 77\n"));
    assertEquals("", shell.run("generate", "--quiet", "--seed", "77", "once").err());
  }

  @Test
  void aDumbTerminalGetsNoEscapeSequences() {
    shell.errKind = StreamKind.TERMINAL;
    shell.env("TERM", "dumb");
    assertEquals("", shell.run("generate", "--greedy", "once").err());
  }

  @Test
  void statisticsGoToStderrInTheUsersLanguage() {
    Shell.Run english = shell.run("generate", "--stats", "--seed", "3", "once");
    assertTrue(english.err().contains("tokens/s"), english.err());
    assertTrue(english.err().contains("seed 3"), english.err());
    Shell.Run chinese = shell.run("generate", "--stats", "--lang", "zh", "once");
    assertTrue(chinese.err().contains("词元/秒"), chinese.err());
  }

  @Test
  void aTerminalGetsControlCharactersAsPictures() {
    String[] escape = {"generate", "--greedy", "--max-tokens", "1", "--logit-bias", "27=100", "x"};
    assertEquals("\u001B\n", shell.run(escape).out());
    shell.outKind = StreamKind.TERMINAL;
    assertEquals("\u241B\n", shell.run(escape).out());
  }

  @Test
  void aPromptThatIsTooLongIsRefusedOrCut() {
    String prompt = "a".repeat(100);
    Shell.Run refused = shell.run("generate", prompt);
    assertEquals(5, refused.code());
    assertTrue(refused.err().contains("100") && refused.err().contains("64"), refused.err());
    assertTrue(refused.err().contains("--truncate"), refused.err());
    assertEquals(0, shell.run("generate", "--truncate", "left", prompt).code());
  }

  @Test
  void generationEndsWhereTheContextDoes() {
    Map<String, Object> object = json("--max-tokens", "1000", "once");
    assertEquals("length", object.get("finish_reason"));
    assertTrue((double) object.get("completion_tokens") <= TinyModel.CONTEXT);
  }
}
