package io.jgpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What only a process of its own shows: signals, closed pipes, locales. */
@EnabledOnOs(OS.LINUX)
final class ProcessTest {

  private static final String CTRL_C = "\003";

  @TempDir Path root;

  @BeforeEach
  void writeModel() {
    TinyModel.write(root.resolve("bundled/mini"));
  }

  /**
   * A shell that runs {@code script}, in which {@code jgpt} starts the program. An interrupt is not
   * ignored there, as it is by what a script started in the background.
   */
  private Process start(String script, String locale) throws IOException {
    String jgpt =
        String.join(
            " ",
            List.of(
                "exec env --default-signal=INT '" + System.getProperty("java.home") + "/bin/java'",
                "--enable-native-access=ALL-UNNAMED",
                "-cp '" + System.getProperty("java.class.path") + "'",
                "'-Djgpt.bundled=" + root.resolve("bundled") + "'",
                "io.jgpt.cli.Main"));
    var builder =
        new ProcessBuilder("sh", "-c", "jgpt() { (" + jgpt + " \"$@\"); }\n" + script)
            .directory(root.toFile())
            .redirectError(root.resolve("err").toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("JGPT_"));
    builder.environment().remove("LANG");
    builder.environment().put("SHELL", "/bin/sh"); // of script, which takes the user's otherwise
    builder.environment().put("HOME", root.toString());
    builder.environment().remove("XDG_STATE_HOME");
    builder.environment().remove("DBUS_SESSION_BUS_ADDRESS"); // and with it the user's own keyring
    builder.environment().put("JGPT", jgpt);
    builder.environment().put("LC_ALL", locale);
    return builder.start();
  }

  private String out(Process process) throws IOException, InterruptedException {
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    return out;
  }

  private String err() throws IOException {
    return Files.readString(root.resolve("err"));
  }

  @Test
  void aChineseArgumentArrivesInTheCLocale() throws Exception {
    for (String locale : new String[] {"C", "POSIX", "C.UTF-8"}) {
      Process process = start("jgpt tokenize --json 狼", locale);
      assertTrue(out(process).contains("\"token_ids\":[231,139,188]"), locale + err());
      assertEquals(0, process.exitValue());
    }
  }

  @Test
  void anArgumentThatIsNoUtf8IsRefused() throws Exception {
    for (String locale : new String[] {"C", "C.UTF-8"}) {
      Process process = start("jgpt generate \"$(printf 'ab\\377')\"", locale);
      assertEquals("", out(process));
      assertEquals(5, process.exitValue());
      assertTrue(err().contains("not valid UTF-8 at byte 2"), err());
    }
  }

  @Test
  void aReaderThatLeavesIsNoError() throws Exception {
    // The code is moved to where it is looked for, so that there it is whole.
    String script =
        "(jgpt generate --max-tokens 60 --seed 1 x; echo $? >its; mv its code) | head -c 5";
    Process process = start(script, "C.UTF-8");
    assertEquals(5, out(process).length());
    await("the program has ended", () -> Files.exists(root.resolve("code")));
    assertEquals("", err());
    assertEquals("0", Files.readString(root.resolve("code")).strip());
  }

  @Test
  void anInterruptEndsWith130AndNothingIsSaid() throws Exception {
    Process process = start("jgpt bench -r 1000000 -p 8 -n 8", "C.UTF-8");
    ProcessHandle java = java(process);
    Thread.sleep(1500);
    String pid = Long.toString(java.pid());
    assertEquals(0, new ProcessBuilder("kill", "-INT", pid).start().waitFor());
    assertEquals("", out(process));
    assertEquals(130, process.exitValue(), err());
    assertEquals("", err());
  }

  /** What is kept about the user costs nothing where it is not used. */
  @Test
  void onlyWhatIsPersonalLoadsTheEncryption() throws Exception {
    Process process =
        start(
            """
            export JDK_JAVA_OPTIONS=-Xlog:class+load:file=classes.%p
            jgpt --version; jgpt generate --max-tokens 1 x; cat classes.* >public
            rm classes.*; jgpt privacy profile name=Ada; cat classes.* >personal
            """,
            "C.UTF-8");
    assertTrue(out(process).endsWith("name: Ada\n"), err());
    String loaded = Files.readString(root.resolve("public"));
    assertTrue(loaded.contains("io.jgpt.cli.GenerateCommand"));
    assertFalse(loaded.contains("com.google.crypto"));
    assertFalse(loaded.contains("io.jgpt.agent.store.StateKey"));
    String personal = Files.readString(root.resolve("personal"));
    assertTrue(personal.contains("com.google.crypto.tink"));
    assertFalse(personal.contains("com.google.protobuf"));
  }

  /** Twice, since the first may be given up: the second is then no repetition. */
  private static final String WRITE_A =
      """
      [{"command": {"name": "write", "args": {"path": "a.txt", "text": "x"}}},
       {"command": {"name": "write", "args": {"path": "a.txt", "text": "x"}}},
       {"command": {"name": "finish", "args": {"answer": "written"}}}]
      """;

  /** What goes on with the run that was interrupted, and then proves its log: see {@link #out}. */
  private static final String GO_ON =
      """
      echo "$?" >code
      jgpt agent --resume last --yes </dev/null && jgpt agent --replay last </dev/null
      """;

  private void plan(String script) throws IOException {
    Files.writeString(root.resolve("plan"), script);
  }

  private static String finish(String answer) {
    return "[{\"command\":{\"name\":\"finish\",\"args\":{\"answer\":\"" + answer + "\"}}}]";
  }

  /**
   * As {@link #start}, with {@code jgpt} and these arguments at a terminal before the script. No
   * shell stays between the two: Ctrl-C would end it, whatever the program makes of that.
   */
  private Process startAtTerminal(String arguments, String script) throws IOException {
    Files.createFile(root.resolve("screen"));
    return start(
        """
        printf 'stty rows 24 cols 100; %%s %s\\n' "$JGPT" >typed
        TERM=xterm script -qec 'exec sh ./typed' /dev/null >screen
        """
                .formatted(arguments)
            + script,
        "C.UTF-8");
  }

  private String screen() throws IOException {
    return Files.readString(root.resolve("screen"));
  }

  /** Waits until the terminal shows {@code text}; returns where, to look for more behind it. */
  private int shown(String text, int from) throws Exception {
    await("the terminal shows " + text, () -> screen().indexOf(text, from) >= 0);
    return screen().indexOf(text, from) + text.length();
  }

  private void await(String what, Callable<Boolean> condition) throws Exception {
    for (int i = 0; i < 2400; i++) {
      if (condition.call()) {
        return;
      }
      Thread.sleep(50);
    }
    String screen = Files.exists(root.resolve("screen")) ? screen() : "";
    throw new AssertionError("not so: " + what + "\n" + screen + "\n" + err());
  }

  private static void type(Process process, String keys) throws IOException {
    process.getOutputStream().write(keys.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  @Test
  void aPersonAtATerminalIsAskedAboutTheAnswer() throws Exception {
    plan(finish("hello"));
    Process process =
        startAtTerminal("agent --planner script:plan hello", "jgpt privacy show runs </dev/null\n");
    shown("A good answer?", 0);
    type(process, "good: nice\r");
    String runs = out(process).replaceAll("\\s+", "");
    assertTrue(runs.contains("\"rating\":\"good\",\"comment\":\"nice\""), runs + screen() + err());
  }

  @Test
  void anInterruptAtAQuestionEndsWith130AndTheRunCanBeGoneOnWith() throws Exception {
    plan(WRITE_A);
    Process process = startAtTerminal("agent --planner script:plan \"write x to a.txt\"", GO_ON);
    int question = shown("[y / n / always / why]", shown("May it do this?", 0));
    assertFalse(Files.exists(root.resolve("a.txt")));
    type(process, CTRL_C);
    shown("cancelled; go on with jgpt agent --resume last", question);
    assertEquals("written\nwritten\n", out(process), err());
    assertEquals("130", Files.readString(root.resolve("code")).strip());
    assertEquals(0, process.exitValue(), err());
    assertEquals("x\n", Files.readString(root.resolve("a.txt")));
  }

  /** Nothing can end the wait for a pipe but the end of the process. */
  @Test
  void anInterruptAtAQuestionOnAPipeLeavesARunThatCanBeGoneOnWith() throws Exception {
    plan(WRITE_A);
    Process process =
        start("jgpt agent --planner script:plan 'write x to a.txt'\n" + GO_ON, "C.UTF-8");
    await("it asks", () -> err().contains("[y / n / always / why]"));
    String pid = Long.toString(java(process).pid());
    assertEquals(0, new ProcessBuilder("kill", "-INT", pid).start().waitFor());
    assertEquals("written\nwritten\n", out(process), err());
    assertEquals("130", Files.readString(root.resolve("code")).strip());
    assertEquals(0, process.exitValue(), err());
    assertEquals("x\n", Files.readString(root.resolve("a.txt")));
  }

  @Test
  void anInterruptGivesUpTheRunAndKeepsThePrompt() throws Exception {
    Files.writeString(
        root.resolve("policy"),
        """
        {"rules": [{"tool": "shell", "decision": "allow"}],
         "shell": {"commands": [{"program": "sleep"}], "seconds": 600}}
        """);
    plan("[{\"command\":{\"name\":\"shell\",\"args\":{\"command\":\"sleep 599\"}}}]");
    Process process =
        startAtTerminal(
            "agent --planner script:plan --policy policy",
            "echo \"$?\" >code\njgpt privacy show runs </dev/null\n");
    int prompt = shown("Your instruction:", 0);
    type(process, "run sleep 599\r");
    ProcessHandle sleep = descendant(process, "/sleep");
    type(process, CTRL_C);
    int cancelled = shown("cancelled; go on with jgpt agent --resume last", prompt);
    await("what the run started has ended", () -> !sleep.isAlive());
    plan(finish("good morning"));
    int again = shown("Your instruction:", cancelled);
    type(process, "say hello\r");
    shown("Your instruction:", shown("good morning", again));
    type(process, "/quit\r");
    String runs = out(process).replaceAll("\\s+", "");
    assertEquals("0", Files.readString(root.resolve("code")).strip(), err());
    int first = runs.indexOf("\"event\":\"stop\",\"reason\":\"cancelled\"");
    int second = runs.indexOf("\"event\":\"stop\",\"reason\":\"answered\"");
    assertTrue(0 < first && first < second, runs);
  }

  private static ProcessHandle java(Process shell) throws InterruptedException {
    return descendant(shell, "/java");
  }

  private static ProcessHandle descendant(Process shell, String program)
      throws InterruptedException {
    for (int i = 0; i < 2400; i++) {
      var found =
          shell
              .descendants()
              .filter(child -> child.info().command().orElse("").endsWith(program))
              .findFirst();
      if (found.isPresent()) {
        return found.get();
      }
      Thread.sleep(50);
    }
    throw new AssertionError("no " + program + " was started");
  }
}
