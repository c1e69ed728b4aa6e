package io.jgpt.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.json.JsonText;
import io.jgpt.agent.mcp.ServerRules;
import io.jgpt.agent.program.Shell;
import io.jgpt.agent.program.ShellRules;
import io.jgpt.agent.program.Surroundings;
import io.jgpt.agent.tool.Effect;
import io.jgpt.agent.tool.ToolSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class OptionalToolsTest {

  private static final Path PAGE = Path.of("../docs/policy.md");

  private static String example() throws IOException {
    String page = Files.readString(PAGE);
    String fence = "```json\n";
    int begin = page.indexOf(fence) + fence.length();
    return page.substring(begin, page.indexOf("```", begin));
  }

  @Test
  void theExampleOfTheDocumentationIsAPolicy() throws IOException, JsonException {
    PolicyFile policy = PolicyFile.read(example());
    OptionalTools tools = policy.tools();
    ShellRules shell = tools.shell().orElseThrow();
    assertEquals(
        List.of(
            new ShellRules.Allowed("ls", List.of(), Set.of("-l", "-a")),
            new ShellRules.Allowed("wc", List.of(), Set.of("-l", "-w")),
            new ShellRules.Allowed(
                "git", List.of("status", "log"), Set.of("--oneline", "--max-count="))),
        shell.commands());
    assertEquals(
        "[docs.oracle.com, *.wikipedia.org, example.org:8443, http://example.com]",
        tools.fetch().orElseThrow().sites().toString());
    assertEquals(
        List.of(
            new ServerRules(
                "notes",
                List.of("/usr/local/bin/notes-server", "--stdio"),
                Map.of("NOTES", "/home/ada/notes"),
                List.of(
                    new ServerRules.Offered("search", Set.of()),
                    new ServerRules.Offered("create", Set.of("body"))),
                Duration.ofSeconds(30))),
        tools.servers());

    var spec =
        new Shell(shell, Path.of("/"), new Surroundings(Map.of(), StandardCharsets.UTF_8)).spec();
    assertInstanceOf(Decision.Allow.class, check(policy, spec, "git log --oneline"));
    assertInstanceOf(Decision.Ask.class, check(policy, spec, "git status"));
    assertInstanceOf(Decision.Ask.class, check(policy, spec, "git log a/b"));
  }

  private static Decision check(PolicyFile policy, ToolSpec spec, String command) {
    return policy.check(spec, Call.of("shell", "command", command));
  }

  /** What the page says of defaults and bounds is what the code has, and so are the effects. */
  @Test
  void thePageSaysWhatHolds() throws IOException, JsonException {
    String page = Files.readString(PAGE);
    PolicyFile least =
        PolicyFile.read(
            "{\"shell\":{\"commands\":[{\"program\":\"ls\"}]},\"fetch\":{\"sites\":[\"a.org\"]},"
                + "\"mcp\":[{\"server\":\"a\",\"command\":[\"b\"],\"tools\":[{\"name\":\"c\"}]}]}");
    ShellRules shell = least.tools().shell().orElseThrow();
    assertEquals(Duration.ofSeconds(10), shell.time());
    assertEquals(65536, shell.bytes());
    assertEquals(Duration.ofSeconds(20), least.tools().fetch().orElseThrow().time());
    assertEquals(1048576, least.tools().fetch().orElseThrow().bytes());
    assertEquals(Duration.ofSeconds(30), least.tools().servers().getFirst().time());
    String shells = "{\"shell\":{\"commands\":[{\"program\":\"ls\"}],";
    for (String wrong : List.of("\"seconds\":601}}", "\"bytes\":16777217}}", "\"bytes\":0}}")) {
      assertThrows(JsonException.class, () -> PolicyFile.read(shells + wrong), wrong);
    }
    PolicyFile.read(shells + "\"seconds\":600,\"bytes\":16777216}}");
    for (Effect effect : Effect.values()) {
      assertTrue(page.contains("`" + effect.name().toLowerCase(Locale.ROOT) + "`"), effect.name());
    }
  }

  @Test
  void aPolicyInsideAnotherFileTurnsNothingOn() throws JsonException {
    for (String section : OptionalTools.SECTIONS) {
      String text = "{\"" + section + "\":{}}";
      assertThrows(
          JsonException.class, () -> PolicyFile.of(JsonText.read(text).asObject()), section);
    }
    assertEquals(OptionalTools.NONE, PolicyFile.of(JsonText.read("{}").asObject()).tools());
  }

  @Test
  void twoServersOfOneNameAreAnError() {
    String server = "{\"server\":\"a\",\"command\":[\"b\"],\"tools\":[{\"name\":\"c\"}]}";
    assertThrows(
        JsonException.class, () -> PolicyFile.read("{\"mcp\":[" + server + "," + server + "]}"));
  }
}
