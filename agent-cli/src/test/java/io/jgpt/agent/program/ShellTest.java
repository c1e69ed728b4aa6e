package io.jgpt.agent.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.json.JsonText;
import io.jgpt.agent.tool.FolderWorkspace;
import io.jgpt.agent.tool.Limits;
import io.jgpt.agent.tool.ToolResult;
import io.jgpt.agent.tool.Toolbox;
import io.jgpt.testing.Processes;
import io.jgpt.testing.ToolContexts;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Only what the policy says runs, only in the workspace, and nothing of it is left. */
@Timeout(120)
class ShellTest {

  private static final Surroundings PLAIN =
      new Surroundings(Map.of("LANG", "C.UTF-8"), StandardCharsets.UTF_8);

  @TempDir Path directory;
  private Path root;
  private FolderWorkspace workspace;

  @BeforeEach
  void open() throws IOException {
    root = Files.createDirectory(directory.resolve("ws")).toRealPath();
    Files.createDirectory(directory.resolve("bin"));
    Files.writeString(directory.resolve("outside.txt"), "outside");
    Files.writeString(root.resolve("a.txt"), "inside\n");
    Path policy = Files.writeString(root.resolve("policy.json"), "deny");
    workspace = FolderWorkspace.open(root, List.of(policy));
  }

  @AfterEach
  void close() {
    workspace.close();
  }

  /** A program of the tests, outside the workspace: its absolute path. */
  private String script(String name, String text) throws IOException {
    Path file = Files.writeString(directory.resolve("bin").resolve(name), "#!/bin/sh\n" + text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    return file.toString();
  }

  private static String allow(String program) {
    return allow(program, 60);
  }

  private static String allow(String program, int seconds) {
    return "{\"commands\":[{\"program\":\"" + program + "\"}],\"seconds\":" + seconds + "}";
  }

  private ToolResult run(String policy, String command) throws JsonException {
    return run(policy, PLAIN, command);
  }

  private ToolResult run(String policy, Surroundings surroundings, String command)
      throws JsonException {
    ShellRules rules = ShellRules.read(JsonText.read(policy).asObject());
    var context = ToolContexts.of(workspace, Limits.STANDARD.withObservation(10_000));
    Toolbox tools = Toolbox.of(List.of(new Shell(rules, root, surroundings)));
    return tools.call("shell", List.of(command), context);
  }

  private void refused(String policy, String command, String reason)
      throws JsonException, IOException {
    ToolResult result = run(policy, command);
    assertTrue(result.failed(), result.text());
    assertTrue(result.text().contains(reason), command + ": " + result.text());
    assertFalse(result.changedState()); // nothing was started
    try (Stream<Path> files = Files.list(root)) {
      assertTrue(files.anyMatch(file -> file.endsWith("a.txt")));
    }
  }

  @Test
  void aCommandRunsInTheWorkspace() throws JsonException, IOException {
    Files.writeString(root.resolve("two words.txt"), "two\n");
    Files.createDirectory(root.resolve("sub"));
    Files.writeString(root.resolve("sub/b.txt"), "b\n");
    assertEquals("a.txt\npolicy.json\nsub\ntwo words.txt", run(allow("ls"), "ls").text());
    assertEquals("inside\ntwo\nb", cat("cat a.txt 'two words.txt'  \"sub/b.txt\""));
    assertEquals("inside", cat("cat " + root + "/a.txt"));
    assertEquals("b", cat("cat sub/../sub/b.txt"));
    String flags = "{\"commands\":[{\"program\":\"ls\",\"flags\":[\"-a\",\"--sort=\"]}]}";
    assertEquals(".\n..\nb.txt", run(flags, "ls -a --sort=version sub").text());
  }

  private String cat(String command) throws JsonException {
    return run(allow("cat"), command).text();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ls; rm -rf .",
        "ls ;rm a.txt",
        "ls $(rm a.txt)",
        "ls `rm a.txt`",
        "ls && rm a.txt",
        "ls || rm a.txt",
        "ls | cat",
        "ls & rm a.txt",
        "ls > b.txt",
        "ls < a.txt",
        "ls *",
        "ls ?.txt",
        "ls [a].txt",
        "ls {a,b}.txt",
        "ls \"$HOME\"",
        "ls $HOME",
        "ls a\\;",
        "ls ~",
        "ls # a",
        "ls !!",
        "ls \"$(rm a.txt)\""
      })
  void whatIsWrittenForAShell(String command) throws JsonException, IOException {
    refused(allow("ls"), command, "there is no shell");
  }

  @Test
  void aLineFeedAndAnOpenQuote() throws JsonException, IOException {
    refused(allow("ls"), "ls\nrm a.txt", "command has a control character");
    refused(allow("ls"), "ls 'a.txt", "a quote is not closed");
    refused(allow("ls"), "ls ''", "the path is empty");
    refused(allow("ls"), "''", "is not among the programs");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"rm a.txt", "/bin/ls", "./ls", "../bin/ls", "LS", "ls.", "sh -c ls", "env ls"})
  void programsThatThePolicyDoesNotName(String command) throws JsonException, IOException {
    refused(allow("ls"), command, "is not among the programs of the policy: ls");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tar -cf b.tar --checkpoint=1 --checkpoint-action=exec=id a.txt",
        "tar -cf b.tar --to-command=id a.txt",
        "tar -cfb.tar a.txt",
        "find . -exec rm a.txt",
        "find . -delete",
        "git -c core.pager=id status",
        "git status --exec-path=x",
        "git push",
        "git",
        "ls -la",
        "ls -- -a",
        "ls -",
        "ls --color=always"
      })
  void flagsThatThePolicyDoesNotName(String command) throws JsonException, IOException {
    String policy =
        """
        {"commands": [
          {"program": "tar", "flags": ["-c", "-f", "-cf"]},
          {"program": "find", "flags": ["-name"]},
          {"program": "git", "verbs": ["status", "log"], "flags": ["--oneline"]},
          {"program": "ls", "flags": ["-l", "-a"]}]}
        """;
    boolean verb =
        command.equals("git") || command.startsWith("git -c") || command.endsWith("push");
    refused(
        policy, command, verb ? "after git comes one of: status, log" : "the policy does not let");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cat ../outside.txt",
        "cat /etc/passwd",
        "cat sub/../../outside.txt",
        "cat '~/x'",
        "cat .env",
        "cat link.txt",
        "cat folder/outside.txt",
        "cat hard.txt",
        "cat if=/etc/passwd",
        "cat host:/etc/passwd",
        "cat a=b=../x",
        "cat @/etc/passwd",
        "cat --from=/etc/passwd",
        "cat --from=../outside.txt",
        "cat policy.json"
      })
  void argumentsThatLeadOut(String command) throws JsonException, IOException {
    Path outside = directory.resolve("outside.txt");
    Files.createSymbolicLink(root.resolve("link.txt"), outside);
    Files.createSymbolicLink(root.resolve("folder"), directory);
    Files.createLink(root.resolve("hard.txt"), outside);
    String policy = "{\"commands\":[{\"program\":\"cat\",\"flags\":[\"--from=\"]}]}";
    refused(policy, command, "error: ");
    assertEquals("outside", Files.readString(outside));
  }

  @Test
  void theEnvironmentIsMadeForIt() throws JsonException {
    String text = run(allow("env"), "env").text();
    Map<String, String> seen =
        text.lines().collect(Collectors.toMap(l -> l.split("=", 2)[0], l -> l.split("=", 2)[1]));
    assertEquals(
        new TreeSet<>(Set.of("PATH", "HOME", "LANG", Child.MARK)), new TreeSet<>(seen.keySet()));
    assertEquals("/nonexistent", seen.get("HOME"));
    assertEquals("/usr/local/bin:/usr/bin:/bin", seen.get("PATH"));
    assertFalse(seen.keySet().containsAll(System.getenv().keySet()));
    var all = Map.of("LC_ALL", "C", "OPENAI_API_KEY", "sk-canary", "LD_PRELOAD", "x");
    assertEquals(Map.of("LC_ALL", "C"), Surroundings.of(all, StandardCharsets.UTF_8).locale());
  }

  @Test
  void itHasNoInputAndNoTerminal() throws JsonException, IOException {
    assertEquals("(no output)", cat("cat"));
    String session = script("session", "read -r line < /proc/$$/stat; echo \"$$ $line\"");
    String[] fields = run(allow(session), session).text().split(" ", -1);
    assertEquals(fields[0], fields[6], "the program leads its session");
  }

  @Test
  void aFailureShowsCodeAndErrors() throws JsonException, IOException {
    String failing = script("failing", "echo out; echo err >&2; exit 3");
    ToolResult result = run(allow(failing), failing);
    assertEquals("error: exit code 3\nout\nerr", result.text());
    assertTrue(result.failed());
    refused(allow("none-such"), "none-such", "no program none-such in /usr/local/bin");
  }

  @Test
  void outputIsReadInTheSystemsEncodingAndIsSafeToShow() throws JsonException, IOException {
    String chinese = script("chinese", "printf '\\304\\343\\272\\303 \\033[2J\\033]0;x\\007'");
    var gbk = new Surroundings(Map.of(), Charset.forName("GBK"));
    assertEquals("你好 \uFFFD[2J\uFFFD]0;x\uFFFD", run(allow(chinese), gbk, chinese).text());
  }

  @Test
  void endlessOutputIsStopped() throws JsonException {
    String policy = "{\"commands\":[{\"program\":\"yes\"}],\"bytes\":1000,\"seconds\":600}";
    ToolResult result = run(policy, "yes ok");
    assertTrue(result.failed());
    assertEquals(
        "error: more than 1000 bytes of output, stopped\n" + "ok\n".repeat(333) + "o",
        result.text());
  }

  /** Ways to go on after one was told to end; each writes its number to {@code pid}. */
  private static final String SURVIVOR = "sh -c 'echo $$ > pid; exec sleep 1000'";

  private static final String UNTIL_IT_RUNS = "while ! [ -s pid ]; do sleep 0.05; done; ";

  @ParameterizedTest
  @ValueSource(
      strings = {
        // a child, and one that ignores what it is told
        SURVIVOR + " & " + UNTIL_IT_RUNS + "wait",
        "trap '' TERM HUP INT; " + SURVIVOR + " & " + UNTIL_IT_RUNS + "wait",
        // an orphan in the program's session, with nothing in its environment
        "(env -i " + SURVIVOR + " &) ; " + UNTIL_IT_RUNS + "exec sleep 1000",
        // an orphan with a session of its own
        "(setsid " + SURVIVOR + " &) ; " + UNTIL_IT_RUNS + "exec sleep 1000",
        // one with a session of its own and nothing in its environment
        "env -i setsid " + SURVIVOR + " & " + UNTIL_IT_RUNS + "exec sleep 1000"
      })
  void nothingOutlivesTheTimeLimit(String text) throws Exception {
    String program = script("survivor", text);
    int seconds = 1;
    do { // until that is time enough for it to start what is to survive
      ToolResult result = run(allow(program, seconds), program);
      assertEquals("error: not done within " + seconds + " s, stopped", result.text());
      seconds *= 2;
    } while (!hasBegun());
    assertDead();
  }

  @Test
  void nothingOutlivesTheProgramThatStartedIt() throws Exception {
    String program =
        script("daemon", "(setsid " + SURVIVOR + " &) ; " + UNTIL_IT_RUNS + "echo done");
    assertEquals("done", run(allow(program), program).text());
    assertDead();
  }

  @Test
  void aStopOfTheRunStopsTheProgram() throws Exception {
    String program = script("long", SURVIVOR + " & " + UNTIL_IT_RUNS + "wait");
    String policy = allow(program, 600);
    var result = new AtomicReference<ToolResult>();
    var interrupted = new AtomicReference<Boolean>();
    Thread runner =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    result.set(run(policy, program));
                  } catch (JsonException e) {
                    throw new AssertionError(e);
                  }
                  interrupted.set(Thread.currentThread().isInterrupted());
                });
    while (!hasBegun()) {
      Thread.sleep(20);
    }
    runner.interrupt();
    runner.join();
    assertEquals("error: stopped with the run", result.get().text());
    assertTrue(interrupted.get());
    assertDead();
  }

  /** Whether what is to survive has written its number. */
  private boolean hasBegun() throws IOException {
    Path pid = root.resolve("pid");
    return Files.exists(pid) && Files.size(pid) > 0;
  }

  private void assertDead() throws IOException {
    String pid = Files.readString(root.resolve("pid")).strip();
    assertTrue(Processes.hasEnded(pid), pid);
  }
}
