package io.jgpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What only a process of its own shows: signals, closed pipes, locales. */
@EnabledOnOs(OS.LINUX)
final class ProcessTest {

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
    String script =
        "(jgpt generate --max-tokens 60 --seed 1 x; echo $? >code) | head -c 5; sleep 0.1";
    Process process = start(script, "C.UTF-8");
    assertEquals(5, out(process).length());
    for (int i = 0; i < 600 && !Files.exists(root.resolve("code")); i++) {
      Thread.sleep(50);
    }
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

  @Test
  void aPersonAtATerminalIsAskedAboutTheAnswer() throws Exception {
    Files.writeString(
        root.resolve("plan"),
        "[{\"command\":{\"name\":\"finish\",\"args\":{\"answer\":\"hello\"}}}]");
    Path screen = Files.createFile(root.resolve("screen"));
    Process process =
        start(
            """
            printf '%s agent --planner script:plan hello\\n' "$JGPT" >typed
            TERM=xterm script -qec 'sh ./typed' /dev/null >screen
            jgpt privacy show runs </dev/null
            """,
            "C.UTF-8");
    for (int i = 0; i < 1200 && !Files.readString(screen).contains("A good answer?"); i++) {
      Thread.sleep(50);
    }
    try (var keys = process.getOutputStream()) {
      keys.write("good: nice\r".getBytes(StandardCharsets.UTF_8));
    }
    String runs = out(process).replaceAll("\\s+", "");
    assertTrue(
        runs.contains("\"rating\":\"good\",\"comment\":\"nice\""),
        runs + Files.readString(screen) + err());
  }

  private static ProcessHandle java(Process shell) throws InterruptedException {
    for (int i = 0; i < 600; i++) {
      var java =
          shell
              .descendants()
              .filter(child -> child.info().command().orElse("").endsWith("/java"))
              .findFirst();
      if (java.isPresent()) {
        return java.get();
      }
      Thread.sleep(50);
    }
    throw new AssertionError("no java was started");
  }
}
