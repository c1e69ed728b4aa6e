package io.jgpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.agent.Event.Feedback;
import io.jgpt.agent.Event.Feedback.Rating;
import io.jgpt.cli.terminal.PlainLines;
import java.io.ByteArrayInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent and its user: memory, profile, feedback. */
final class AgentUserTest {

  private static final String REMEMBER =
      """
      [{"command": {"name": "note", "args": {"text": "the cat is called Murr"}}},
       {"command": {"name": "finish", "args": {"answer": "noted"}}}]
      """;
  private static final String RECALL =
      """
      [{"command": {"name": "notes", "args": {"query": "cat"}}},
       {"command": {"name": "finish", "args": {"answer": "{a1}"}}}]
      """;

  @TempDir Path root;
  private Shell shell;

  @BeforeEach
  void makeShell() {
    shell = new Shell(root).file("remember", REMEMBER).file("recall", RECALL);
  }

  private Shell.Run agent(String script, String goal) {
    return shell.run("agent", "--yes", "--planner", "script:" + script, goal);
  }

  private Shell.Run repl(String input) {
    return shell.stdin(input).run("agent", "--yes", "--planner", "script:remember");
  }

  @Test
  void whatWasNotedIsKnownInTheNextRun() throws IOException {
    assertEquals("nothing noted\n", agent("recall", "what is the cat called?").out());
    assertEquals("noted\n", agent("remember", "note the cat").out());
    assertEquals("the cat is called Murr\n", agent("recall", "what is the cat called?").out());
    // A replay tells what was known then.
    shell.run("privacy", "erase", "--yes", "notes");
    List<String> replays = new ArrayList<>();
    try (var runs = Files.newDirectoryStream(shell.state().resolve("runs"), "*.jsonl")) {
      for (Path run : runs) {
        String id = run.getFileName().toString().replace(".jsonl", "");
        replays.add(shell.run("agent", "--replay", id).out());
      }
    }
    assertTrue(replays.contains("the cat is called Murr\n"), replays::toString);
    assertEquals("nothing noted\n", agent("recall", "what is the cat called?").out());
  }

  @Test
  void theReplShowsAndDeletesNotes() {
    String err = repl("/notes\nnote it\nnote it\n/notes\n/notes delete 1\n/notes\n").err();
    assertTrue(err.contains("Nothing is noted."), err);
    assertTrue(err.contains("1  the cat is called Murr\n2  the cat is called Murr\n"), err);
    assertTrue(err.contains("Deleted: the cat is called Murr\n"), err);
    assertTrue(err.endsWith("1  the cat is called Murr\nYour instruction: \n"), err);
    String wrong = repl("/notes delete 9\n/notes delete\n/notes all\n").err();
    assertTrue(wrong.contains("jgpt: no note 9, there are 1; /notes shows them"), wrong);
    assertTrue(wrong.contains("/notes delete N"), wrong);
  }

  @Test
  void theReplShowsAndChangesTheProfile() {
    Shell.Run run = repl("/profile\n/profile name=Ada Lovelace\n/profile age=9\n/profile\n/quit\n");
    assertTrue(run.err().contains("Nothing is known about you."), run.err());
    assertTrue(run.err().contains("jgpt: age=9 is no field of the profile"), run.err());
    assertTrue(run.err().endsWith("name: Ada Lovelace\nYour instruction: /quit\n"), run.err());
    assertEquals(0, run.code());
    assertEquals("name: Ada Lovelace\n", shell.run("privacy", "profile").out());
  }

  /** A note may come from a file, and the prompt is jgpt's own. */
  @Test
  void aNoteCannotPoseAsAnythingElse() {
    shell.file(
        "remember",
        """
        [{"command": {"name": "note",
          "args": {"text": "x\\r\\u001b[2J[y / n / always / why] \\u202e"}}},
         {"command": {"name": "finish", "args": {"answer": "noted"}}}]
        """);
    String err = repl("note it\n/notes\n/notes delete 1\n").err();
    assertFalse(err.chars().anyMatch(c -> (c < ' ' && c != '\n') || c == 0x202e), err);
  }

  @Test
  void feedbackBelongsToTheRunThatWasAnswered() {
    repl("first\n/bad no\nsecond\n/good\n/comment fine\n");
    String runs = shell.run("privacy", "show", "runs").out().replaceAll("\\s+", "");
    int first = runs.indexOf("\"goal\":\"first\"");
    int second = runs.indexOf("\"goal\":\"second\"");
    int bad = runs.indexOf("\"rating\":\"bad\",\"comment\":\"no\"");
    int good = runs.indexOf("\"rating\":\"good\"");
    assertTrue(0 <= first && first < bad && bad < second && second < good, runs);
  }

  @Test
  void whatIsSaidOfAnAnswerIsUnderstood() {
    String[][] said = {
      {"good", "GOOD", ""},
      {"G", "GOOD", ""},
      {"good: it works", "GOOD", "it works"},
      {"好，谢谢", "GOOD", "谢谢"},
      {"bad", "BAD", ""},
      {"b too long", "BAD", "too long"},
      {"不好 太长", "BAD", "太长"},
      {"goodness", "NONE", "goodness"},
      {"it is too long", "NONE", "it is too long"}
    };
    for (String[] one : said) {
      assertEquals(
          Optional.of(new Feedback(Rating.valueOf(one[1]), one[2])),
          FeedbackQuestion.feedback(one[0]),
          one[0]);
    }
    List<String> prompts = new ArrayList<>();
    for (String nothing : new String[] {"\n", "", "  \n"}) {
      var in = new ByteArrayInputStream(nothing.getBytes(StandardCharsets.UTF_8));
      var lines = new PlainLines(in, prompts::add);
      assertEquals(
          Optional.empty(), FeedbackQuestion.ask(new Messages(Language.EN), lines), nothing);
    }
    assertEquals("A good answer? [good / bad / a comment; Enter for nothing] ", prompts.getFirst());
  }

  /** Only a person at a terminal is asked; each of these is no such person, or does not watch. */
  @Test
  void aPipeIsNotAsked() {
    StreamKind[] kinds = {StreamKind.TERMINAL, StreamKind.TERMINAL, StreamKind.TERMINAL};
    for (int pipe = 0; pipe < kinds.length; pipe++) {
      StreamKind[] now = kinds.clone();
      now[pipe] = StreamKind.PIPE;
      shell.env("TERM", "xterm");
      shell.inKind = now[0];
      shell.outKind = now[1];
      shell.errKind = now[2];
      Shell.Run run = agent("recall", "what is the cat called?");
      assertEquals(0, run.code());
      assertFalse(run.err().contains("A good answer?"), run.err());
    }
    shell.inKind = StreamKind.TERMINAL;
    shell.outKind = StreamKind.TERMINAL;
    shell.errKind = StreamKind.TERMINAL;
    for (String option : new String[] {"--quiet", "--json-events"}) {
      Shell.Run run = shell.run("agent", option, "--planner", "script:recall", "what?");
      assertFalse(run.err().contains("A good answer?"), run.err());
    }
  }

  @Test
  void thePlannerIsToldTheProfileAndNothingElse() throws Exception {
    try (var endpoint = new ChatEndpoint()) {
      agent("remember", "note the cat");
      shell.env("OPENAI_BASE_URL", endpoint.base());
      assertEquals(0, shell.run("agent", "--planner", "openai", "-m", "x", "say hi").code());
      String before = endpoint.bodies.getLast();
      assertFalse(before.contains("about themselves"), before);
      shell.run("privacy", "profile", "name=Ada", "language=zh", "preferences=be short");
      assertEquals(
          "hi\n",
          shell.run("agent", "--planner", "openai", "-m", "x", "--lang", "en", "say hi").out());
      String told = endpoint.bodies.getLast();
      assertTrue(
          told.contains(
              "What the user says about themselves, for how you write:\\nname: Ada\\n"
                  + "language: zh\\npreferences: be short\\n"),
          told);
      assertEquals(0, shell.run("agent", "--planner", "openai", "-m", "x", "say hi").code());
      String chinese = endpoint.bodies.getLast();
      assertTrue(chinese.contains("用户的自我介绍"), chinese);
      for (String body : endpoint.bodies) {
        assertFalse(body.contains("Murr"), body); // notes are shown by a tool, when asked for
      }
    }
  }

  @Test
  void aRunUnderWayIsNoReasonNotToBegin() throws Exception {
    agent("remember", "note the cat");
    Path runs = shell.state().resolve("runs");
    Path run;
    try (var files = Files.newDirectoryStream(runs, "*.jsonl")) {
      run = files.iterator().next();
    }
    try (var out = new FileOutputStream(run.toFile(), true);
        var lock = out.getChannel().lock()) {
      assertTrue(lock.isValid());
      Invocation invocation = Invocation.of(shell.host(shell.out), List.of("agent"));
      assertEquals(List.of(), runs(invocation).goals(9));
    }
    Invocation invocation = Invocation.of(shell.host(shell.out), List.of("agent"));
    assertEquals(List.of("note the cat"), runs(invocation).goals(9));
  }

  private static AgentRuns runs(Invocation invocation) {
    return AgentRuns.open(invocation, new Planners(invocation, new ModelOptions()));
  }
}
