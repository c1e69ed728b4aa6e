package io.jgpt.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class PrivacyCommandTest {

  private static final String SCRIPT =
      """
      [{"command": {"name": "note", "args": {"text": "the cat is called Murr"}}},
       {"command": {"name": "finish", "args": {"answer": "noted"}}}]
      """;

  /**
   * Words that stand in what is stored, and in no file. Each has a blank, as base64 has none: three
   * letters alone stand somewhere in so much of it by chance.
   */
  private static final List<String> PRIVATE =
      List.of("called Murr", "remember the cat", "Ada Lovelace", "it purrs");

  @TempDir Path root;
  private Shell shell;

  @BeforeEach
  void makeShell() {
    shell = new Shell(root).file("script", SCRIPT);
  }

  private Path state() {
    return shell.state();
  }

  /** A run with feedback, a note, an "always", a profile. */
  private void live() {
    shell.stdin("remember the cat\nalways\n/good it purrs\n/quit\n");
    assertEquals(0, shell.run("agent", "--planner", "script:script").code());
    assertEquals(
        0, shell.run("privacy", "profile", "name=Ada Lovelace", "preferences=be short").code());
    shell.stdin("");
  }

  private Shell.Run privacy(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "privacy";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return shell.run(all);
  }

  private Map<String, Object> exported() {
    Shell.Run run = privacy("export", "-");
    assertEquals(0, run.code(), run.err());
    return document(run.out());
  }

  /** It is indented; texts have no line feeds of their own in JSON. */
  private static Map<String, Object> document(String text) {
    return JsonTree.object(text.replace("\n", "") + "\n");
  }

  @Test
  void nothingIsReadableOnTheDisk() throws IOException {
    live();
    StringBuilder all = new StringBuilder();
    try (var files = Files.walk(state())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        all.append(text).append('\n');
        for (String line : text.split("\n", -1)) {
          if (line.contains("\"body\":\"")) { // as encryption was left out before: base64 alone
            String body = line.replaceFirst(".*\"body\":\"([^\"]*)\".*", "$1");
            byte[] plain = Base64.getDecoder().decode(body);
            all.append(new String(plain, StandardCharsets.UTF_8)).append('\n');
          }
        }
      }
    }
    for (String word : PRIVATE) {
      assertFalse(all.toString().contains(word), word);
    }
    String export = privacy("export", "-").out();
    for (String word : PRIVATE) {
      assertTrue(export.contains(word), word);
    }
  }

  @Test
  void theExportHasEverythingAndReads() {
    live();
    Map<String, Object> document = exported();
    assertEquals("Ada Lovelace", JsonTree.object(document.get("profile")).get("name"));
    assertTrue(document.get("notes").toString().contains("the cat is called Murr"));
    assertTrue(document.get("grants").toString().contains("tool=note"), document::toString);
    String runs = document.get("runs").toString();
    for (String part :
        new String[] {"goal=remember the cat", "rating=good", "comment=it purrs", "text=noted"}) {
      assertTrue(runs.contains(part), runs);
    }
    assertFalse(document.containsKey("unreadable"));
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void anExportIsTheOwnersAloneAndReplacesNothingUnasked() throws IOException {
    live();
    assertEquals(0, privacy("export", "me.json").code());
    Path file = shell.directory.resolve("me.json");
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertTrue(Files.readString(file).contains("Murr"));

    Files.writeString(file, "precious");
    Shell.Run refused = privacy("export", "me.json");
    assertEquals(5, refused.code());
    assertEquals("jgpt: me.json is there already; give another name, or --force\n", refused.err());
    assertEquals("precious", Files.readString(file));
    assertEquals(0, privacy("export", "--force", "me.json").code());
    assertTrue(Files.readString(file).contains("Murr"));
    try (var files = Files.list(shell.directory)) {
      assertEquals(
          List.of("me.json", "script"),
          files.map(path -> path.getFileName().toString()).sorted().toList());
    }
    Shell.Run nowhere = privacy("export", "no/such/me.json");
    assertEquals(1, nowhere.code());
    assertTrue(nowhere.err().startsWith("jgpt: no/such/me.json cannot be written"), nowhere.err());
    assertEquals(1, privacy("export", "--force", shell.directory.toString()).code());
  }

  @Test
  void showTellsKindsCountsAndWhereTheKeyIs() {
    assertTrue(privacy("show").out().contains("nothing is stored about you"));
    assertFalse(Files.exists(state()));
    live();
    String out = privacy("show").out();
    assertTrue(out.contains("encrypted; the key is in " + state().resolve("key")), out);
    assertTrue(out.contains("on 1 of them"), out);
    Map<String, Object> json = JsonTree.object(privacy("show", "--json").out());
    assertEquals("file", json.get("key"));
    assertEquals(state().toString(), json.get("directory"));
    String kinds = json.get("kinds").toString();
    assertTrue(kinds.contains("kind=runs, items=1.0, with_feedback=1.0, files=2.0"), kinds);
    assertTrue(kinds.contains("kind=notes, items=1.0, files=1.0"), kinds);
    assertTrue(kinds.contains("kind=profile, items=2.0, files=1.0"), kinds);
    assertTrue(kinds.contains("kind=grants, items=1.0, files=2.0"), kinds);

    Shell.Run notes = privacy("show", "notes");
    assertTrue(notes.out().contains("the cat is called Murr"), notes.out());
    assertFalse(notes.out().contains("Ada"), notes.out());
    assertTrue(privacy("show", "diary").err().contains("profile, notes, runs, grants"));
    String doctor = shell.run("doctor").out();
    assertTrue(doctor.contains("encrypted; the key is in " + state().resolve("key")), doctor);
  }

  @Test
  void eraseDeletesWhatItIsToldAndSaysSo() {
    live();
    Shell.Run notes = privacy("erase", "--yes", "notes");
    assertTrue(notes.out().startsWith("Deleted notes: 1 files, "), notes.out());
    assertEquals("Of notes, nothing is stored.\n", privacy("erase", "--yes", "notes").out());
    assertTrue(exported().get("runs").toString().contains("remember"));
    assertEquals("Ada Lovelace", JsonTree.object(exported().get("profile")).get("name"));

    assertEquals(0, privacy("erase", "--yes", "runs", "grants").code());
    assertEquals("[]", exported().get("runs").toString());
    assertEquals(0, privacy("erase", "--yes").code());
    assertFalse(Files.exists(state()));
    assertEquals(0, privacy("erase", "--yes").code());
    live(); // and everything begins anew
    assertTrue(exported().get("runs").toString().contains("remember"));
  }

  @Test
  void eraseAsksAPersonAndNobodyElse() {
    live();
    Shell.Run piped = shell.stdin("y\n").run("privacy", "erase");
    assertEquals(2, piped.code());
    assertEquals("jgpt: nobody can be asked whether to delete; add --yes\n", piped.err());
    for (String answer : new String[] {"n\n", "\n", "", "maybe\n"}) {
      shell.stdin(answer);
      shell.inKind = StreamKind.TERMINAL;
      shell.errKind = StreamKind.TERMINAL;
      Shell.Run run = privacy("erase");
      assertTrue(run.err().contains("and its key? This cannot be undone. [y / n]"), run.err());
      assertEquals("Nothing was deleted.\n", run.out());
      assertTrue(Files.exists(state()));
    }
    shell.stdin("是\n");
    shell.inKind = StreamKind.TERMINAL;
    assertTrue(privacy("erase", "--lang", "zh").out().startsWith("已删除"));
    assertFalse(Files.exists(state()));
  }

  @Test
  void withoutItsKeyNothingIsReadWrittenOrReplaced() throws IOException {
    live();
    byte[] key = Files.readAllBytes(state().resolve("key"));
    byte[] notes = Files.readAllBytes(state().resolve("notes"));
    Files.delete(state().resolve("key"));
    for (String[] command :
        new String[][] {
          {"privacy", "export", "-"},
          {"privacy", "show", "profile"},
          {"privacy", "profile", "name=Bob"},
          {"privacy", "feedback", "--epsilon", "1"},
          {"agent", "--planner", "script:script", "remember"}
        }) {
      Shell.Run run = shell.run(command);
      assertEquals(5, run.code(), run.err());
      assertEquals("", run.out());
      assertEquals(1, run.err().lines().count(), run.err());
      assertTrue(run.err().contains("is missing, without which"), run.err());
    }
    assertFalse(Files.exists(state().resolve("key")));
    assertArrayEquals(notes, Files.readAllBytes(state().resolve("notes")));
    Shell.Run show = privacy("show");
    assertEquals(5, show.code());
    assertTrue(show.out().contains(state().resolve("notes").toString()), show.out());

    Files.writeString(state().resolve("key"), "nonsense");
    permit(state().resolve("key"));
    assertTrue(privacy("export", "-").err().contains("is no key"));
    Files.write(state().resolve("key"), new byte[32]);
    assertTrue(privacy("export", "-").err().contains("a version that did not encrypt"));
    String other = "{\"format\":1,\"secret\":\"" + "A".repeat(43) + "=\"}";
    Files.writeString(state().resolve("key"), other);
    Shell.Run wrong = privacy("export", "-");
    assertEquals(5, wrong.code());
    assertTrue(wrong.err().contains("is not the one of what jgpt stored"), wrong.err());
    assertTrue(shell.run("doctor").out().contains("encrypted; the key is in"));

    Files.write(state().resolve("key"), key);
    assertEquals("Ada Lovelace", JsonTree.object(exported().get("profile")).get("name"));
  }

  private static void permit(Path file) throws IOException {
    if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
  }

  @Test
  void eraseWorksWithoutTheKey() throws IOException {
    live();
    Files.delete(state().resolve("key"));
    assertEquals(0, privacy("erase", "--yes").code());
    assertFalse(Files.exists(state()));
  }

  @Test
  void whatWasTamperedWithIsLeftOutAndSaid() throws IOException {
    live();
    Files.write(state().resolve("notes"), new byte[60]);
    Shell.Run run = privacy("export", "-");
    assertEquals(0, run.code());
    assertTrue(run.err().contains("warning") && run.err().contains("notes is not as"), run.err());
    Map<String, Object> document = document(run.out());
    assertTrue(document.get("unreadable").toString().contains("notes is not as"));
    assertEquals("Ada Lovelace", JsonTree.object(document.get("profile")).get("name"));
    Shell.Run agent = shell.run("agent", "--yes", "--planner", "script:script", "remember the cat");
    assertEquals(5, agent.code());
    assertTrue(agent.err().contains("notes is not as jgpt wrote it"), agent.err());
  }

  @Test
  void theProfileIsReadChangedAndDeleted() {
    assertEquals("Nothing is known about you.\n", privacy("profile").out());
    assertFalse(Files.exists(state()));
    assertEquals("name: Ada L.\n", privacy("profile", "name=Ada L.").out());
    assertEquals(
        "name: Ada L.\nlanguage: en\npreferences: a=b\n",
        privacy("profile", "language=en", "preferences=a=b").out());
    assertEquals("language: en\npreferences: a=b\n", privacy("profile", "name=").out());
    for (String wrong :
        new String[] {"age=9", "name", "language=fr", "name=" + "x".repeat(501), "=x"}) {
      Shell.Run run = privacy("profile", "preferences=lost", wrong);
      assertEquals(2, run.code(), wrong);
      assertEquals(1, run.err().lines().count(), run.err());
    }
    assertEquals("language: en\npreferences: a=b\n", privacy("profile").out());
    assertEquals(0, privacy("erase", "--yes", "profile").code());
    assertEquals("Nothing is known about you.\n", privacy("profile").out());
  }

  @Test
  void theProfilesLanguageIsBeforeTheLocaleAndBehindAllElse() {
    privacy("profile", "language=zh");
    assertTrue(privacy("profile").out().contains("语言"));
    assertTrue(privacy("--help").out().contains("用法"));
    assertTrue(shell.run("agent", "--help").out().contains("用法"));
    assertTrue(privacy("profile", "--lang", "en").out().contains("language: zh"));
    shell.env("JGPT_LANG", "en");
    assertTrue(privacy("profile").out().contains("language: zh"));
    shell.environment.remove("JGPT_LANG");
    // Others do not open the profile.
    assertTrue(shell.run("--help").out().contains("Usage"));
    assertTrue(shell.run("generate", "--help").out().contains("Usage"));
  }

  @Test
  void feedbackIsGivenOutWithNoiseAndOnce() {
    live();
    Shell.Run without = privacy("feedback");
    assertEquals(2, without.code());
    assertTrue(without.err().contains("--epsilon is missing"), without.err());
    String first = privacy("feedback", "--epsilon", "0.01").out();
    assertTrue(first.contains("epsilon 0.01 for each rated answer, in 1 releases"), first);
    assertEquals(first, privacy("feedback", "--epsilon", "0.01").out());
    assertEquals(first, privacy("feedback").out());
    live(); // more feedback changes nothing
    assertEquals(first, privacy("feedback").out());
    Shell.Run other = privacy("feedback", "--epsilon", "2");
    assertEquals(2, other.code());
    assertTrue(other.err().contains("were given out with 0.01"), other.err());

    Map<String, Object> json =
        JsonTree.object(privacy("feedback", "--renew", "--epsilon", "10", "--json").out());
    assertEquals(2.0, json.get("releases"));
    assertEquals(10.0, json.get("epsilon"));
    assertEquals(1.0, json.get("sensitivity"));
    assertTrue(exported().get("feedback_given_out").toString().contains("epsilon=0.01"));
    for (String wrong : new String[] {"0", "-1", "11", "1e-1", "0.0001", "x"}) {
      Shell.Run run = privacy("feedback", "--renew", "--epsilon", wrong);
      assertEquals(2, run.code(), wrong);
      assertTrue(run.err().contains("from 0.01 to 10"), run.err());
    }
    assertEquals(2, privacy("feedback", "--renew").code());
  }

  @Test
  void theCommandsAreNamedWhereOneIsMistyped() {
    assertTrue(privacy().out().contains("export"));
    Shell.Run typo = privacy("exprot");
    assertEquals(2, typo.code());
    assertTrue(typo.err().contains("did you mean export"), typo.err());
    assertTrue(privacy("export", "a", "--force", "--force").err().contains("--force is given"));
    assertTrue(privacy("export").err().contains("FILE is missing"));
  }

  @Test
  void theKeysPlaceIsASettingOfTheUsersOwn() {
    shell.env("JGPT_KEY", "nowhere");
    Shell.Run run = privacy("profile", "name=Ada");
    assertEquals(2, run.code());
    assertEquals("jgpt: JGPT_KEY is nowhere, must be auto or file; give one of them\n", run.err());
    shell.environment.remove("JGPT_KEY");
    shell.file(".env", "JGPT_KEY=nowhere\n"); // is not asked
    assertEquals(0, privacy("profile", "name=Ada").code());
  }
}
