package io.jgpt.agent.log;

import static io.jgpt.agent.log.PlainSealer.PLAIN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.agent.AgentState;
import io.jgpt.agent.Approver;
import io.jgpt.agent.Budget;
import io.jgpt.agent.Call;
import io.jgpt.agent.Event;
import io.jgpt.agent.Event.Feedback;
import io.jgpt.agent.Fixture;
import io.jgpt.agent.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class RunsTest {

  private static final Call PRODUCT = Call.of("calculate", "expression", "17*23");
  private static final Call WRITE = Call.of("write", "path", "a.txt", "text", "391");
  private static final RunHeader HEADER =
      new RunHeader("local", "mini", "0f", 0.5, 42, "/ws", "", Budget.USUAL);

  /** Not encryption, but another text than the plain one, bound to its place. */
  private static final Sealer XOR =
      new Sealer() {
        @Override
        public byte[] seal(byte[] plain, byte[] place) {
          byte[] sealed = plain.clone();
          for (int i = 0; i < sealed.length; i++) {
            sealed[i] ^= (byte) (0x5A ^ Arrays.hashCode(place));
          }
          return sealed;
        }

        @Override
        public byte[] open(byte[] sealed, byte[] place) {
          return seal(sealed, place);
        }
      };

  @TempDir Path state;

  private Runs runs(Sealer sealer) {
    return new Runs(
        state, new Keys(new MacKey(new byte[32]), sealer), () -> Instant.ofEpochMilli(5000));
  }

  private String write(Runs runs) throws Exception {
    try (RunFile file = runs.create(HEADER)) {
      var fixture = new Fixture();
      fixture.log = file;
      fixture.run(
          "17*23 to a.txt",
          Fixture.inOrder(
              Fixture.act(PRODUCT), Fixture.act(WRITE, PRODUCT), Fixture.finish("done \u001B\n中")));
      file.append(new Feedback(Feedback.Rating.GOOD, "nice"));
      return file.id();
    }
  }

  private Path file(String id) {
    return state.resolve("runs/" + id + ".jsonl");
  }

  private Path head(String id) {
    return state.resolve("runs/heads/" + id + ".jsonl.head");
  }

  @Test
  void aRunIsReadAsItWasWritten() throws Exception {
    for (Sealer sealer : List.of(PLAIN, XOR)) {
      String id = write(runs(sealer));
      try (RunFile file = runs(sealer).open(id)) {
        assertEquals(HEADER, file.header());
        assertEquals(14, file.events().size());
        assertEquals("done \u001B\n中", AgentState.of(file.events()).answer().orElseThrow().text());
        assertEquals(Instant.ofEpochMilli(5000), file.entries().getFirst().time());
        file.append(new Feedback(Feedback.Rating.NONE, "later"));
      }
      try (RunFile file = runs(sealer).open(id)) {
        assertEquals(15, file.events().size());
      }
      boolean readable = Files.readString(file(id)).contains("MTcqMjM"); // 17*23 in base64
      assertFalse(readable && sealer == XOR);
    }
  }

  @Test
  void everyByteCounts() throws Exception {
    String id = write(runs(XOR));
    byte[] bytes = Files.readAllBytes(file(id));
    for (int i = 0; i < bytes.length; i += 7) {
      byte[] changed = bytes.clone();
      changed[i] ^= 1;
      Files.write(file(id), changed);
      assertThrows(TamperedException.class, () -> runs(XOR).open(id), "byte " + i);
    }
  }

  @Test
  void linesAreNeitherMovedNorRemovedNorTakenFromAnotherRun() throws Exception {
    String id = write(runs(PLAIN));
    String other = write(runs(PLAIN));
    List<String> lines = Files.readAllLines(file(id));
    List<List<String>> tamperings = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      List<String> without = new ArrayList<>(lines);
      without.remove(i);
      tamperings.add(without);
    }
    tamperings.add(lines.subList(0, 3));
    tamperings.add(List.of());
    tamperings.add(Files.readAllLines(file(other)));
    List<String> swapped = new ArrayList<>(lines);
    swapped.set(3, lines.get(4));
    swapped.set(4, lines.get(3));
    tamperings.add(swapped);
    List<String> longer = new ArrayList<>(lines);
    longer.add(lines.getLast());
    tamperings.add(longer);
    for (List<String> tampering : tamperings) {
      Files.write(file(id), tampering);
      assertThrows(TamperedException.class, () -> runs(PLAIN).open(id), tampering::toString);
    }
    Files.write(file(id), lines);
    runs(PLAIN).open(id).close();
    Files.delete(head(id));
    assertThrows(TamperedException.class, () -> runs(PLAIN).open(id));
  }

  private void add(String id, String... comments) throws Exception {
    try (RunFile file = runs(PLAIN).open(id)) {
      for (String comment : comments) {
        file.append(new Feedback(Feedback.Rating.NONE, comment));
      }
    }
  }

  /** Each line belongs behind those before it, not only at its place. */
  @Test
  void aLineOfAnotherContinuationIsNoticed() throws Exception {
    String id = write(runs(PLAIN));
    byte[] before = Files.readAllBytes(file(id));
    byte[] headBefore = Files.readAllBytes(head(id));
    add(id, "this", "that");
    List<String> once = Files.readAllLines(file(id));
    Files.write(file(id), before);
    Files.write(head(id), headBefore);
    add(id, "another", "that");
    List<String> mixed = Files.readAllLines(file(id));
    mixed.set(mixed.size() - 2, once.get(once.size() - 2));
    Files.write(file(id), mixed);
    assertThrows(TamperedException.class, () -> runs(PLAIN).open(id));
  }

  @Test
  void theHeadCannotBeSetBackToAnEarlierLine() throws Exception {
    String id = write(runs(PLAIN));
    List<String> lines = Files.readAllLines(file(id));
    String code = Files.readString(head(id)).strip().split(" ", -1)[2];
    Files.write(file(id), lines.subList(0, 3));
    String mac = lines.get(2).replaceFirst(".*\"mac\":\"([0-9a-f]+)\".*", "$1");
    Files.writeString(head(id), "3 " + mac + " " + code + "\n");
    assertThrows(TamperedException.class, () -> runs(PLAIN).open(id));
  }

  @Test
  void anotherKeyOpensNothing() throws Exception {
    String id = write(runs(PLAIN));
    byte[] other = new byte[32];
    other[31] = 1;
    var runs = new Runs(state, new Keys(new MacKey(other), PLAIN), Instant::now);
    assertThrows(TamperedException.class, () -> runs.open(id));
  }

  @Test
  void aProcessThatEndsWhileItWritesLosesThatLineAtMost() throws Exception {
    String id = write(runs(PLAIN));
    Path head = head(id);
    String headBefore = Files.readString(head);
    int size = Files.readAllLines(file(id)).size();
    try (RunFile file = runs(PLAIN).open(id)) {
      file.append(new Feedback(Feedback.Rating.NONE, "last"));
    }
    byte[] whole = Files.readAllBytes(file(id));
    // The line is there, the head is not yet.
    Files.writeString(head, headBefore);
    try (RunFile file = runs(PLAIN).open(id)) {
      assertEquals(size, file.events().size());
    }
    // The line is there in part.
    Files.writeString(head, headBefore);
    Files.write(file(id), Arrays.copyOf(whole, whole.length - 20));
    try (RunFile file = runs(PLAIN).open(id)) {
      assertEquals(size - 1, file.events().size());
      file.append(new Feedback(Feedback.Rating.NONE, "again"));
    }
    runs(PLAIN).open(id).close();
  }

  @Test
  void twoCannotWriteToOneRun() throws Exception {
    String id = write(runs(PLAIN));
    try (RunFile file = runs(PLAIN).open(id)) {
      assertEquals(id, file.id());
      assertThrows(IOException.class, () -> runs(PLAIN).open(id));
    }
  }

  @Test
  void aNameIsNoPath() throws Exception {
    write(runs(PLAIN));
    for (String id : new String[] {"../key", "x", "", "20260101-000000-abcdef"}) {
      assertThrows(NoSuchFileException.class, () -> runs(PLAIN).open(id), id);
    }
  }

  @Test
  void aRunThatWasBrokenOffGoesOnAndComesToTheSameEnd() throws Exception {
    String whole = write(runs(PLAIN));
    List<Event> events;
    try (RunFile file = runs(PLAIN).open(whole)) {
      events = file.events();
    }
    for (int kept = 1; kept < events.size() - 2; kept++) {
      if (events.get(kept - 1) instanceof Event.Approval
          || events.get(kept - 1) instanceof Event.Action) {
        continue; // what is lost there is another outcome, or the rest of a proposal
      }
      String id;
      try (RunFile file = runs(PLAIN).create(HEADER)) {
        id = file.id();
        for (Event event : events.subList(0, kept)) {
          file.append(event);
        }
      }
      try (RunFile file = runs(PLAIN).open(id)) {
        var fixture = new Fixture();
        fixture.log = file;
        var planner =
            Fixture.planner(
                (s, live) ->
                    switch (s.actions()) {
                      case 0 -> Fixture.act(PRODUCT);
                      case 1 -> Fixture.act(WRITE, PRODUCT);
                      default -> Fixture.finish("done \u001B\n中");
                    });
        fixture.agent(AgentState.of(file.events()), planner).proceed();
        file.append(new Feedback(Feedback.Rating.GOOD, "nice"));
        assertEquals(events, file.events(), "kept " + kept);
      }
    }
  }

  @Test
  void alwaysSurvivesARestartAtExactlyItsScope() throws Exception {
    Keys keys = new Keys(new MacKey(new byte[32]), PLAIN);
    var fixture = new Fixture();
    try (StoredGrants grants = StoredGrants.open(state, keys)) {
      fixture.grants = grants;
      fixture.approver = request -> new Approver.Answer.Always();
      fixture.run("write 391 to a.txt", Fixture.inOrder(Fixture.act(WRITE)));
    }
    try (StoredGrants grants = StoredGrants.open(state, keys)) {
      Scope granted = fixture.asked.getFirst().scope();
      assertTrue(grants.covers(granted));
      assertFalse(grants.covers(new Scope("/ws2", granted.tool(), granted.target())));
      assertFalse(grants.covers(new Scope("/ws", "append", granted.target())));
      for (String path : new String[] {"a.txt2", "A.txt", "./a.txt", "a.tx", ""}) {
        var target = Call.of("", "path", path).arguments();
        assertFalse(grants.covers(new Scope("/ws", "write", target)), path);
      }
      assertFalse(grants.covers(new Scope("/ws", "write", Call.of("").arguments())));
    }
    Path file = state.resolve("grants.jsonl");
    String forged = Files.readString(file).replace("\"seq\":1", "\"seq\":1 ");
    Files.writeString(file, forged + forged);
    assertThrows(TamperedException.class, () -> StoredGrants.open(state, keys));
    Files.delete(file);
    assertThrows(TamperedException.class, () -> StoredGrants.open(state, keys));
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void allOfItIsTheOwnersAlone() throws Exception {
    String id = write(runs(PLAIN));
    for (String name : new String[] {"runs/" + id + ".jsonl", "runs/heads/" + id + ".jsonl.head"}) {
      assertEquals(
          "rw-------",
          PosixFilePermissions.toString(Files.getPosixFilePermissions(state.resolve(name))));
    }
    assertEquals(
        "rwx------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(state.resolve("runs"))));
  }
}
