package io.jgpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.cli.terminal.DisplayWidth;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What is parsed is obeyed: for every option of every command there is a run that shows it. */
final class OptionEffectsTest {

  @TempDir Path root;

  private static final String PROMPT = "once upon";

  private static final String SCRIPT =
      """
      [{"command": {"name": "write", "args": {"path": "a.txt", "text": "x"}}},
       {"command": {"name": "finish", "args": {"answer": "{a1}"}}}]
      """;

  private static final List<String> PRIVACY =
      List.of(
          "privacy",
          "privacy show",
          "privacy profile",
          "privacy export",
          "privacy erase",
          "privacy feedback");

  /** A run that an option must change: command line without it, and the option with its value. */
  private record Effect(List<String> base, List<String> option) {

    static Effect of(String base, String... option) {
      return new Effect(List.of(base.split(" ", -1)), List.of(option));
    }
  }

  /** Options whose effect is that the output, less its timings, is another one. */
  private static Map<String, Effect> changes() {
    String sampled = "generate --quiet --seed 4 --max-tokens 30";
    Map<String, Effect> changes = new TreeMap<>();
    changes.put("generate --model", Effect.of("generate --json --greedy", "-m", "other"));
    changes.put("generate --device", Effect.of(sampled, "--device", "cuda:99"));
    changes.put("generate --dtype", Effect.of("generate --json --greedy", "--dtype", "bf16"));
    changes.put("generate --max-context", Effect.of(sampled, "--max-context", "20"));
    changes.put("generate --max-tokens", Effect.of("generate --greedy", "--max-tokens", "3"));
    changes.put("generate --stop", Effect.of(sampled, "--stop", "r"));
    changes.put("generate --temperature", Effect.of(sampled, "--temperature", "3"));
    changes.put("generate --top-k", Effect.of(sampled, "--top-k", "1"));
    changes.put("generate --top-p", Effect.of(sampled, "--top-p", "0.01"));
    changes.put("generate --min-p", Effect.of(sampled, "--min-p", "1"));
    changes.put("generate --typical-p", Effect.of(sampled, "--typical-p", "0.01"));
    changes.put("generate --repetition-penalty", Effect.of(sampled, "--repetition-penalty", "9"));
    changes.put("generate --presence-penalty", Effect.of(sampled, "--presence-penalty", "50"));
    changes.put("generate --frequency-penalty", Effect.of(sampled, "--frequency-penalty", "50"));
    changes.put("generate --logit-bias", Effect.of(sampled, "--logit-bias", "33=100"));
    changes.put("generate --json-schema", Effect.of(sampled, "--json-schema", "schema"));
    changes.put("generate --seed", Effect.of("generate --greedy --json", "--seed", "1"));
    changes.put("generate --greedy", Effect.of(sampled, "--greedy"));
    changes.put("generate --n", Effect.of(sampled, "-n", "2"));
    changes.put("generate --json", Effect.of(sampled, "--json"));
    changes.put("generate --logprobs", Effect.of(sampled + " --json", "--logprobs", "0"));
    changes.put("generate --stats", Effect.of(sampled, "--stats"));
    changes.put("generate --debug", Effect.of("generate -m none", "--debug"));
    changes.put("generate --lang", Effect.of("generate -m none", "--lang", "zh"));
    changes.put("generate --help", Effect.of(sampled, "-h"));
    changes.put("perplexity --model", Effect.of("perplexity text --json", "-m", "other"));
    changes.put("perplexity --device", Effect.of("perplexity text", "--device", "cuda:99"));
    changes.put("perplexity --dtype", Effect.of("perplexity text", "--dtype", "bf16"));
    changes.put("perplexity --max-context", Effect.of("perplexity text", "--max-context", "9"));
    changes.put("perplexity --stride", Effect.of("perplexity text", "--stride", "7"));
    changes.put("perplexity --json", Effect.of("perplexity text", "--json"));
    changes.put("perplexity --stats", Effect.of("perplexity text", "--stats"));
    changes.put("tokenize --model", Effect.of("tokenize --json x", "-m", "other"));
    changes.put("tokenize --prompt-file", Effect.of("tokenize", "--prompt-file", "text"));
    changes.put("tokenize --json", Effect.of("tokenize x", "--json"));
    String bench = "bench --json -r 1 -p 4 -n 2";
    changes.put("bench --model", Effect.of(bench, "-m", "other"));
    changes.put("bench --device", Effect.of(bench, "--device", "cuda:99"));
    changes.put("bench --dtype", Effect.of(bench, "--dtype", "f16"));
    changes.put("bench --threads", Effect.of(bench, "--threads", "3"));
    changes.put("bench --max-context", Effect.of(bench, "--max-context", "3"));
    changes.put("bench -p", Effect.of("bench --json -r 1 -n 2", "-p", "5"));
    changes.put("bench -n", Effect.of("bench --json -r 1 -p 2", "-n", "5"));
    changes.put("bench -r", Effect.of("bench --json -p 2 -n 0", "-r", "2"));
    changes.put("bench -d", Effect.of(bench, "-d", "5"));
    changes.put("bench --json", Effect.of("bench -r 1 -p 4 -n 0", "--json"));
    changes.put("doctor --model", Effect.of("doctor", "-m", "other"));
    changes.put("doctor --device", Effect.of("doctor", "--device", "cuda:99"));
    changes.put("doctor --dtype", Effect.of("doctor", "--dtype", "int8"));
    changes.put("doctor --threads", Effect.of("doctor", "--threads", "3"));
    changes.put("doctor --max-context", Effect.of("doctor", "--max-context", "11"));
    changes.put("doctor --verify", Effect.of("doctor", "--verify"));
    changes.put("doctor --json", Effect.of("doctor", "--json"));
    changes.put("models --json", Effect.of("models", "--json"));
    String agent = "agent --planner script:script a.txt";
    changes.put("agent --workspace", Effect.of(agent, "--workspace", "none"));
    changes.put("agent --policy", Effect.of(agent, "--policy", "none"));
    changes.put("agent --recipe", Effect.of(agent, "--recipe", "none"));
    changes.put("agent --recipes", Effect.of("agent --planner script:script", "--recipes"));
    changes.put("agent --yes", Effect.of(agent, "--yes"));
    changes.put("agent --max-steps", Effect.of(agent, "--max-steps", "1"));
    changes.put("agent --json-events", Effect.of(agent, "--json-events"));
    changes.put("agent --resume", Effect.of("agent", "--resume", "last"));
    changes.put("agent --replay", Effect.of("agent", "--replay", "last"));
    changes.put("agent --transcript", Effect.of("agent", "--transcript", "last"));
    changes.put("agent --planner", Effect.of("agent a.txt", "--planner", "script:script"));
    String local = "agent -m acting --yes --json-events --max-steps 2 a.txt";
    changes.put("agent --model", Effect.of("agent --yes a.txt", "-m", "acting"));
    changes.put("agent --temperature", Effect.of(local + " --seed 1", "--temperature", "1"));
    changes.put("agent --seed", Effect.of(local + " --temperature 1", "--seed", "1"));
    changes.put("agent --device", Effect.of(local, "--device", "cuda:99"));
    changes.put("agent --dtype", Effect.of(agent, "--dtype", "f32"));
    changes.put("agent --threads", Effect.of(agent, "--threads", "1"));
    changes.put("agent --max-context", Effect.of(local, "--max-context", "9"));
    String eval = "eval agent --planner router --limit 2";
    String acting = "eval agent -m acting --limit 1 --set values --failures";
    changes.put("eval agent --set", Effect.of(eval, "--set", "free"));
    changes.put("eval agent --limit", Effect.of(eval.replace(" --limit 2", ""), "--limit", "2"));
    changes.put("eval agent --failures", Effect.of(eval, "--failures"));
    changes.put("eval agent --json", Effect.of(eval, "--json"));
    changes.put("eval agent --planner", Effect.of("eval agent --limit 2", "--planner", "router"));
    changes.put("eval agent --no-grammar", Effect.of(acting, "--no-grammar"));
    changes.put("eval agent --random-weights", Effect.of(acting, "--random-weights"));
    changes.put("eval agent --model", Effect.of("eval agent --limit 1", "-m", "acting"));
    changes.put("eval agent --device", Effect.of(acting, "--device", "cuda:99"));
    changes.put("eval agent --dtype", Effect.of(eval, "--dtype", "f32"));
    changes.put("eval agent --threads", Effect.of(eval, "--threads", "1"));
    changes.put("eval agent --max-context", Effect.of(acting, "--max-context", "9"));
    changes.put("eval agent --debug", Effect.of("eval agent -m none", "--debug"));
    changes.put("eval --debug", Effect.of("eval --nosuch", "--debug"));
    changes.put("agent --debug", Effect.of("agent --resume none", "--debug"));
    for (String command :
        new String[] {
          "agent", "perplexity", "eval", "eval agent", "tokenize", "bench", "doctor", "models"
        }) {
      changes.put(command + " --lang", Effect.of(command + " --nosuch", "--lang", "zh"));
      changes.put(command + " --help", Effect.of(command + " --quiet", "--help"));
    }
    changes.put("eval --help", Effect.of("eval --nosuch", "--help"));
    changes.put("perplexity --debug", Effect.of("perplexity text -m none", "--debug"));
    changes.put("tokenize --debug", Effect.of("tokenize x -m none", "--debug"));
    changes.put("bench --debug", Effect.of("bench -m none", "--debug"));
    changes.put("doctor --debug", Effect.of("doctor --nosuch", "--debug"));
    changes.put("models --debug", Effect.of("models --nosuch", "--debug"));
    for (String command : PRIVACY) {
      changes.put(command + " --lang", Effect.of(command + " --nosuch", "--lang", "zh"));
      changes.put(command + " --help", Effect.of(command + " --nosuch", "--help"));
      changes.put(command + " --debug", Effect.of(command + " --nosuch", "--debug"));
    }
    changes.put("privacy show --json", Effect.of("privacy show", "--json"));
    changes.put("privacy feedback --json", Effect.of("privacy feedback --epsilon 1", "--json"));
    changes.put("privacy export --force", Effect.of("privacy export text", "--force"));
    changes.put("privacy erase --yes", Effect.of("privacy erase", "--yes"));
    changes.put("privacy feedback --epsilon", Effect.of("privacy feedback", "--epsilon", "1"));
    changes.put("privacy feedback --renew", Effect.of("privacy feedback --epsilon 1", "--renew"));
    changes.put("jgpt --lang", Effect.of("--nosuch", "--lang", "zh"));
    changes.put("jgpt --help", Effect.of("--nosuch", "--help"));
    changes.put("jgpt --version", Effect.of("--lang en", "--version"));
    return changes;
  }

  @TestFactory
  Stream<DynamicTest> changesWhatComesOut() {
    return changes().entrySet().stream()
        .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> check(entry.getValue())));
  }

  private void check(Effect effect) {
    List<String> with = new ArrayList<>(effect.base());
    with.addAll(effect.option());
    assertNotEquals(outcome(effect.base()), outcome(with));
  }

  private String outcome(List<String> arguments) {
    Shell shell = new Shell(root).stdin(PROMPT);
    shell.file("script", SCRIPT);
    shell.file("text", "a text that is somewhat longer than the window\n".repeat(3));
    shell.file("schema", "{\"type\": \"integer\"}");
    Shell.Run run = shell.run(arguments.toArray(String[]::new));
    // Times and the seed differ between equal runs; a drawn seed is of ten digits at most.
    String timeless =
        (run.out() + run.err())
            .replaceAll("\"timings\":\\{[^}]*\\}", "")
            .replaceAll("\"(median|min|max|bandwidth_gb_s|share_of_roof)\":[0-9.E+-]+", "")
            .replaceAll("\"seed\":[0-9]{2,}", "")
            .replaceAll("[0-9.]+ (ms|GB/s)", "")
            .replaceAll("[0-9.]+ GiB free", "");
    return run.code() + timeless;
  }

  /** Effects that show elsewhere than in the output. */
  private static Map<String, Consumer<Shell>> others() {
    Map<String, Consumer<Shell>> others = new TreeMap<>();
    others.put("generate --threads", OptionEffectsTest::threadsAreUsed);
    others.put("perplexity --threads", OptionEffectsTest::threadsAreUsed);
    others.put("generate --prompt-file", OptionEffectsTest::promptFileIsRead);
    others.put("generate --truncate", OptionEffectsTest::truncates);
    for (String command :
        new String[] {"generate", "perplexity text", "tokenize x", "bench -r 1", "doctor"}) {
      others.put(command.split(" ", -1)[0] + " --quiet", shell -> quietHidesStatus(shell, command));
    }
    others.put("agent --quiet", OptionEffectsTest::quietHidesSteps);
    others.put("eval --quiet", shell -> assertEquals(0, shell.run("eval", "--quiet").code()));
    others.put("eval agent --quiet", OptionEffectsTest::quietHidesProgress);
    others.put("models --quiet", shell -> assertEquals(0, shell.run("models", "--quiet").code()));
    for (String command : PRIVACY) {
      others.put(command + " --quiet", shell -> assertEquals("", quietly(shell, command)));
    }
    return others;
  }

  private static String quietly(Shell shell, String command) {
    String all =
        switch (command) {
          case "privacy export" -> command + " --force out";
          case "privacy erase" -> command + " --yes notes";
          case "privacy feedback" -> command + " --epsilon 1";
          default -> command;
        };
    shell.env("TERM", "xterm").errKind = StreamKind.TERMINAL;
    return shell.run((all + " --quiet").split(" ", -1)).err();
  }

  @TestFactory
  Stream<DynamicTest> hasItsOwnEffect() {
    return others().entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(), () -> entry.getValue().accept(new Shell(root))));
  }

  private static void threadsAreUsed(Shell shell) {
    shell.file("text", "a text");
    for (String command : new String[] {"generate", "perplexity text"}) {
      String all = command + " --threads 3 --stats";
      Shell.Run run = shell.stdin(PROMPT).run(all.split(" ", -1));
      assertTrue(run.err().contains("3 threads"), run.err());
    }
  }

  private static void promptFileIsRead(Shell shell) {
    shell.file("prompt", "twelve bytes");
    Shell.Run run = shell.run("generate", "--json", "--prompt-file", "prompt");
    assertTrue(run.out().contains("\"prompt_tokens\":12,"), run.out());
  }

  private static void truncates(Shell shell) {
    String prompt = "a".repeat(TinyModel.CONTEXT + 1);
    assertEquals(5, shell.run("generate", "--truncate", "none", prompt).code());
    assertEquals(0, shell.run("generate", "--truncate", "left", prompt).code());
  }

  private static void quietHidesStatus(Shell shell, String command) {
    shell.file("text", "a text that has tokens");
    shell.env("TERM", "xterm").errKind = StreamKind.TERMINAL;
    Shell.Run quiet = shell.stdin(PROMPT).run((command + " --quiet").split(" ", -1));
    assertEquals("", quiet.err());
    if (!command.startsWith("tokenize")) {
      Shell.Run loud = shell.stdin(PROMPT).run(command.split(" ", -1));
      assertTrue(loud.err().contains("loading mini"), loud.err());
    }
  }

  private static void quietHidesSteps(Shell shell) {
    shell.env("TERM", "xterm").file("script", SCRIPT).errKind = StreamKind.TERMINAL;
    String command = "agent --planner script:script --yes a.txt";
    assertTrue(shell.run(command.split(" ", -1)).err().contains("> write"));
    assertEquals("", shell.run((command + " --quiet").split(" ", -1)).err());
  }

  private static void quietHidesProgress(Shell shell) {
    shell.env("TERM", "xterm").errKind = StreamKind.TERMINAL;
    String command = "eval agent --planner router --limit 1";
    assertTrue(shell.run(command.split(" ", -1)).err().contains("free: 1 of 1"));
    assertEquals("", shell.run((command + " --quiet").split(" ", -1)).err());
  }

  @Test
  void everyRegisteredOptionHasAnEffectHere() {
    var shown = new TreeSet<>(changes().keySet());
    shown.addAll(others().keySet());
    assertEquals(new TreeSet<>(registered()), shown);
  }

  @Test
  void noLineOfHelpIsWiderThanTheTerminal() {
    for (int columns : new int[] {60, 80}) {
      for (String language : new String[] {"en", "zh"}) {
        for (String command :
            new String[] {
              "",
              "generate ",
              "agent ",
              "eval ",
              "eval agent ",
              "perplexity ",
              "bench ",
              "doctor ",
              "privacy ",
              "privacy show ",
              "privacy profile ",
              "privacy export ",
              "privacy erase ",
              "privacy feedback "
            }) {
          Shell shell = new Shell(root);
          shell.outKind = StreamKind.TERMINAL;
          shell.env("NO_COLOR", "1");
          shell.columns = columns;
          String[] arguments = (command + "--help --lang " + language).split(" ", -1);
          shell
              .run(arguments)
              .out()
              .lines()
              .forEach(line -> assertTrue(DisplayWidth.of(line) <= columns, line));
        }
      }
    }
  }

  @Test
  void everyOptionIsDescribedInBothLanguages() {
    for (Language language : Language.values()) {
      for (CommandLine command : commands(language)) {
        for (OptionSpec option : command.getCommandSpec().options()) {
          String description = String.join("", option.description());
          assertTrue(!description.isEmpty(), command.getCommandName() + option.longestName());
          boolean chinese = description.codePoints().anyMatch(c -> c >= 0x4E00 && c <= 0x9FFF);
          assertEquals(language == Language.ZH, chinese, description);
        }
      }
    }
  }

  private List<String> registered() {
    return commands(Language.EN).stream()
        .flatMap(
            command ->
                command.getCommandSpec().options().stream()
                    .map(option -> name(command) + " " + option.longestName()))
        .toList();
  }

  private static String name(CommandLine command) {
    String name = command.getCommandSpec().qualifiedName();
    return name.equals("jgpt") ? name : name.substring("jgpt ".length());
  }

  private List<CommandLine> commands(Language language) {
    List<String> arguments = List.of("--lang", language == Language.EN ? "en" : "zh");
    Invocation invocation =
        Invocation.of(new Shell(root).host(OutputStream.nullOutputStream()), arguments);
    CommandLine jgpt = CommandLines.of(invocation, Failures.of(invocation, arguments));
    List<CommandLine> all = new ArrayList<>(List.of(jgpt));
    for (CommandLine command : jgpt.getSubcommands().values()) {
      all.add(command);
      all.addAll(command.getSubcommands().values());
    }
    return all;
  }
}
