package io.jgpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.agent.json.JsonText;
import io.jgpt.agent.json.JsonValue;
import io.jgpt.agent.mcp.ToyServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs that something is missing to: their workspace, a tool, the policy that turned it on. */
@Timeout(300)
final class EarlierRunsTest {

  private static final String FINISH =
      "{\"command\": {\"name\": \"finish\", \"args\": {\"answer\": \"done\"}}}";
  private static final String CAT =
      "[{\"command\": {\"name\": \"shell\", \"args\": {\"command\": \"cat a.txt\"}}}, %s]"
          .formatted(FINISH);
  private static final String SAY =
      "[{\"command\": {\"name\": \"toy_say\", \"args\": {\"what\": \"hello\"}}}, %s]"
          .formatted(FINISH);

  @TempDir Path root;
  private Shell shell;

  @BeforeEach
  void makeShell() {
    JsonValue command =
        new JsonValue.Elements(
            ToyServer.command("usual").stream().<JsonValue>map(JsonValue.Text::new).toList());
    shell =
        new Shell(root)
            .file("a.txt", "inside\n")
            .file(root.resolve("shell.json"), "{\"shell\":{\"commands\":[{\"program\":\"cat\"}]}}")
            .file(
                root.resolve("toy.json"),
                "{\"mcp\":[{\"server\":\"toy\",\"seconds\":60,\"command\":"
                    + JsonText.write(command)
                    + ",\"tools\":[{\"name\":\"say\",\"text\":[\"what\"]}]}]}");
  }

  private Shell.Run agent(String words, String... more) {
    List<String> arguments = new ArrayList<>(List.of(("agent " + words).split(" ", -1)));
    arguments.addAll(List.of(more));
    return shell.run(arguments.toArray(String[]::new));
  }

  @Test
  void aRunWhoseWorkspaceIsGoneSaysSo() throws IOException {
    shell.file("script", "[%1$s, %1$s]".formatted("{\"command\":{\"name\":\"list\"}}"));
    Path room = Files.createDirectory(shell.directory.resolve("room")).toRealPath();
    assertEquals(7, agent("--planner script:script --max-steps 1 --workspace room look").code());
    Files.delete(room);
    Shell.Run run = agent("--resume last");
    assertEquals(5, run.code());
    assertTrue(
        run.err()
            .matches(
                "jgpt: run [0-9-]+ worked in \\Q"
                    + room
                    + "\\E, where there is no directory any more; make it, or give its goal anew\n"),
        run.err());
    String chinese = agent("--resume last --lang zh").err();
    assertTrue(chinese.contains(room + " 已不存在"), chinese);
    assertEquals(0, agent("--replay last --planner script:script").code()); // it needs none
  }

  @Test
  void anotherPlannerNeedsTheToolsThatTheRunUsed() throws IOException {
    for (String tool : new String[] {"shell", "toy"}) {
      shell.file("script", tool.equals("shell") ? CAT : SAY).stdin("y\ny\n");
      String policy = " --policy ../" + tool + ".json";
      Shell.Run run = agent("--planner script:script --json-events" + policy, "run cat a.txt");
      assertEquals(0, run.code(), run.err());
      assertFalse(run.out().contains("error"), run.out());
      assertEquals(0, agent("--replay last").code());

      Shell.Run without = agent("--replay last --planner script:script");
      assertEquals(5, without.code());
      assertTrue(
          without
              .err()
              .matches(
                  "jgpt: run [0-9-]+ used the tool "
                      + (tool.equals("shell") ? "shell" : "toy_say")
                      + ", which is not there; give the policy file that turns it on with"
                      + " --policy\n"),
          without.err());
      String chinese = agent("--replay last --planner script:script --lang zh").err();
      assertTrue(chinese.contains("请用 --policy"), chinese);

      shell.stdin("");
      Shell.Run with = agent("--replay last --planner script:script --json-events" + policy);
      assertEquals(0, with.code(), with.err());
      assertEquals(run.out(), with.out());
    }
  }

  @Test
  void aToolThatWasNotThereNeedsNoPolicy() {
    shell.file("script", CAT);
    assertTrue(agent("--planner script:script --json-events x").out().contains("no tool shell"));
    assertEquals(0, agent("--replay last --planner script:script").code());
  }

  @Test
  void thePlannerOfAReplayIsToldThePolicysTools() throws IOException {
    try (var endpoint = new ChatEndpoint()) {
      shell.env("OPENAI_BASE_URL", endpoint.base());
      assertEquals(0, agent("--planner openai -m x --policy ../shell.json hello").code());
      for (String policy : new String[] {" --policy ../shell.json", ""}) {
        Shell.Run run = agent("--replay last --planner openai" + policy);
        assertEquals(0, run.code(), run.err());
        boolean told = endpoint.bodies.getLast().contains("\"name\":\"shell\"");
        assertEquals(!policy.isEmpty(), told, endpoint.bodies.getLast());
      }
    }
  }

  @Test
  void aReplayOfWhatIsRecordedHasNoUseForAPolicy() {
    shell.file("script", "[%s]".formatted(FINISH));
    agent("--planner script:script x");
    Shell.Run run = agent("--replay last --policy ../shell.json");
    assertEquals(2, run.code());
    assertEquals("jgpt: --policy works only with --planner; add --planner\n", run.err());
  }
}
