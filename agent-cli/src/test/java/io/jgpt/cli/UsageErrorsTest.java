package io.jgpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Wrong command lines: exit 2, one line that says what, value, limit and cure, in both languages.
 */
final class UsageErrorsTest {

  @TempDir Path root;
  private Shell shell;

  @BeforeEach
  void makeShell() {
    shell = new Shell(root);
  }

  private void assertUsage(String line, String... arguments) {
    Shell.Run run = shell.run(arguments);
    assertEquals("jgpt: " + line + "\n", run.err());
    assertEquals("", run.out());
    assertEquals(2, run.code());
  }

  @Test
  void aValueOutOfRangeIsToldWithTheRange() {
    assertUsage(
        "--temperature is -1, must be a number, 0 or more; give a value such as 0.8",
        "generate",
        "--temperature",
        "-1",
        "x");
    assertUsage(
        "--temperature 为 -1，必须是 不小于 0 的数；例如 0.8", "generate", "--lang=zh", "--temperature=-1", "x");
    assertUsage(
        "--top-p is 1.01, must be a number from 0 to 1; give a value such as 0.95",
        "generate",
        "--top-p",
        "1.01",
        "x");
    assertUsage(
        "--typical-p is 0, must be a number above 0 and at most 1; give a value such as 0.95",
        "generate",
        "--typical-p",
        "0",
        "x");
    assertUsage(
        "--max-tokens is 0, must be a whole number, 1 or more; give a value such as 128",
        "generate",
        "--max-tokens",
        "0",
        "x");
    assertUsage(
        "--n is 1025, must be a whole number from 1 to 1024; give a value such as 3",
        "generate",
        "-n",
        "1025",
        "x");
  }

  @Test
  void whatIsNoNumberIsRefused() {
    for (String number : new String[] {"hot", "NaN", "Infinity", "1d", "0x1p3", "", "1e999", "１"}) {
      Shell.Run run = shell.run("generate", "--temperature=" + number, "x");
      assertEquals(2, run.code(), number);
      assertTrue(run.err().startsWith("jgpt: --temperature is " + number + ", must be"), run.err());
    }
    for (String number : new String[] {"1.5", "99999999999999999999", "2147483648"}) {
      assertEquals(2, shell.run("generate", "--max-tokens", number, "x").code(), number);
    }
  }

  @Test
  void wordsAreListed() {
    assertUsage(
        "--dtype is fp8, must be one of auto, f32, f16, bf16, int8; give a value such as auto",
        "generate",
        "--dtype",
        "fp8",
        "x");
    assertUsage(
        "--device is gpu, must be one of auto, cpu, cuda, cuda:N; give a value such as auto",
        "generate",
        "--device",
        "gpu",
        "x");
    assertUsage(
        "--lang is fr, must be one of en, zh; give a value such as en", "models", "--lang", "fr");
  }

  @Test
  void anEmptyTextIsRefusedWhereItMeansNothing() {
    assertUsage(
        "--model is , must be a text that is not empty; give a value such as mini",
        "generate",
        "--model=",
        "x");
    assertEquals(2, shell.run("generate", "--stop", "", "x").code());
  }

  @Test
  void anUnknownOptionOrCommandComesWithWhatWasMeant() {
    assertUsage(
        "unknown option --temprature; did you mean --temperature?",
        "generate",
        "--temprature=1",
        "x");
    assertUsage("unknown command \"genrate\"; did you mean generate?", "genrate", "x");
    assertUsage("未知的命令 \"genrate\"；是否想用 generate？", "--lang", "zh", "genrate");
    assertUsage("unknown option --xyzzy; see jgpt bench --help", "bench", "--xyzzy");
    assertUsage("unknown command \"xyzzy\"; see jgpt --help", "xyzzy");
  }

  @Test
  void aTextWithoutACommandIsRecognised() {
    assertUsage(
        "unknown command \"Once upon a time\"; to complete a text: jgpt generate \"Once upon a"
            + " time\"",
        "Once upon a time");
  }

  @Test
  void whatIsMissingIsNamed() {
    assertUsage("--seed is given without its value; write --seed=N", "generate", "--seed");
    assertUsage("FILE is missing; see jgpt perplexity --help", "perplexity");
    assertUsage("缺少 FILE；参见 jgpt perplexity --help", "perplexity", "--lang", "zh");
  }

  @Test
  void whatIsTooMuchIsNamed() {
    assertUsage("--seed is given twice; give it once", "generate", "--seed=1", "--seed=2", "x");
    assertUsage("--json is given twice; give it once", "models", "--json", "--json");
    assertUsage("--quiet is given twice; give it once", "models", "--quiet", "--quiet");
    assertUsage(
        "unexpected argument \"b\"; quote a text that has blanks, or see jgpt generate --help",
        "generate",
        "a",
        "b");
  }

  @Test
  void whatExcludesEachOtherIsNamed() {
    shell.file("f", "text");
    assertUsage(
        "PROMPT and --prompt-file exclude each other; give one of them",
        "generate",
        "--prompt-file",
        "f",
        "x");
    assertUsage(
        "--greedy and --temperature exclude each other; give one of them",
        "generate",
        "--greedy",
        "--temperature",
        "1",
        "x");
    assertUsage(
        "--logprobs works only with --json; add --json", "generate", "--logprobs", "1", "x");
    assertUsage(
        "-p and -n are both 0, one must be 1 or more; leave one out",
        "bench",
        "-p",
        "0",
        "-n",
        "0");
  }

  @Test
  void aBiasMustNameATokenAndANumber() {
    assertUsage(
        "--logit-bias names token 257, must be from 0 to 256 for this model; jgpt tokenize shows"
            + " ids",
        "generate",
        "--logit-bias",
        "257=1",
        "x");
    for (String bias : new String[] {"7", "=1", "7=", "a=1", "-1=1", "7=inf", "7=nan", "7=1e999"}) {
      Shell.Run run = shell.run("generate", "--logit-bias", bias, "x");
      assertEquals(2, run.code(), bias);
      assertTrue(run.err().contains("a token id of 0 or more"), run.err());
    }
  }

  @Test
  void theStrideFitsTheContext() {
    shell.file("f", "text");
    assertUsage(
        "--stride is 65, must be from 1 to the context, 64; leave it out for half the context",
        "perplexity",
        "--stride",
        "65",
        "f");
  }

  @Test
  void aBenchmarkFitsTheContext() {
    assertUsage(
        "-p is 60 after 10 tokens, must be from 0 to 54 in the context of 64; lower it, -d or"
            + " --max-context",
        "bench",
        "-p",
        "60",
        "-d",
        "10");
  }

  @Test
  void controlCharactersOfAnArgumentAreNotEchoed() {
    Shell.Run run = shell.run("generate", "--seed", "\u001B[31m\n", "x");
    assertEquals(1, run.err().lines().count());
    assertTrue(run.err().contains("\u241B[31m\u240A"), run.err());
  }

  @Test
  void withoutACommandTheHelpIsShown() {
    Shell.Run run = shell.run();
    assertEquals(0, run.code());
    assertTrue(run.out().contains("jgpt doctor --verify"), run.out());
  }
}
