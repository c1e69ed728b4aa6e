package io.jgpt.agent.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.agent.json.JsonText;
import io.jgpt.agent.json.JsonValue;
import io.jgpt.agent.log.RunFormatException.Fault;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that nobody tampered with, and that this version cannot read. */
final class RunFormatTest {

  @TempDir Path root;
  private int states;

  private Path freshState() {
    states++;
    return root.resolve("state" + states);
  }

  private static RunFile open(Path state) throws Exception {
    return new Runs(state, PlainSealer.KEYS, Instant::now).open(OddRuns.ID);
  }

  private void assertFault(Fault fault, int line, String detail, Path state) {
    for (int i = 0; i < 2; i++) { // the second time, unless the first one left it locked
      var e = assertThrows(RunFormatException.class, () -> open(state));
      assertEquals(fault, e.fault(), e::getMessage);
      assertEquals(line, e.line(), e::getMessage);
      assertEquals(detail, e.detail());
      assertEquals(OddRuns.file(state), e.file());
    }
  }

  private void assertFault(Fault fault, int line, String detail, List<String> lines)
      throws Exception {
    Path state = freshState();
    OddRuns.write(state, PlainSealer.KEYS, lines);
    assertFault(fault, line, detail, state);
  }

  private static List<String> run(String header, String... more) {
    List<String> lines = new ArrayList<>(List.of(header));
    lines.addAll(OddRuns.EVENTS);
    lines.addAll(List.of(more));
    return lines;
  }

  @Test
  void whatTheFixtureWritesIsARun() throws Exception {
    Path state = freshState();
    OddRuns.write(state, PlainSealer.KEYS, run(OddRuns.HEADER));
    try (RunFile file = open(state)) {
      assertEquals(2, file.events().size());
      assertEquals("mini", file.header().model());
    }
  }

  @Test
  void everyFieldOfTheHeaderIsNeeded() throws Exception {
    JsonValue.Members header = JsonText.read(OddRuns.HEADER).asObject().object("run");
    for (String field : header.members().sequencedKeySet()) {
      String without = OddRuns.header(field, value -> new JsonValue.Null());
      String first = field.equals("budget") ? "steps" : field;
      String missing = field.equals("temperature") ? "\" is no number" : "\" is missing";
      assertFault(Fault.HEADER, 1, "\"" + first + missing, run(without));
    }
    for (String part : List.of("steps", "tokens", "bytes", "seconds")) {
      assertFault(
          Fault.HEADER,
          1,
          "\"" + part + "\" is missing",
          run(OddRuns.HEADER.replace("\"" + part + "\"", "\"other\"")));
      String nothing = OddRuns.HEADER.replaceFirst("(\"" + part + "\":)[0-9]+", "$10");
      var state = freshState();
      OddRuns.write(state, PlainSealer.KEYS, run(nothing));
      var e = assertThrows(RunFormatException.class, () -> open(state));
      assertTrue(e.detail().startsWith("\"" + part + "\" is 0, must be from 1"), e.detail());
    }
    assertFault(Fault.HEADER, 1, "\"run\" is no object", List.of("{\"run\":\"format 1\"}"));
  }

  @Test
  void aNewerFormatIsSaidWhateverElseItsHeaderHas() throws Exception {
    assertFault(Fault.NEWER, 1, "2", run("{\"run\":{\"format\":2,\"who\":\"local\"}}"));
    String newer = OddRuns.header("format", v -> new JsonValue.Decimal(BigDecimal.valueOf(17)));
    assertFault(Fault.NEWER, 1, "17", run(newer, "{\"at\":3}"));
  }

  @Test
  void whatDoesNotBeginAsARunIsNone() throws Exception {
    assertFault(Fault.FOREIGN, 1, "", OddRuns.EVENTS);
    assertFault(Fault.FOREIGN, 1, "", List.of("{\"workspace\":\"/ws\",\"tool\":\"write\"}"));
    assertFault(Fault.FOREIGN, 1, "", List.of()); // begun, and the process ended
    for (String text : List.of("", "notes of mine\n", "{\"seq\":2}", "{\"goal\":\"x\"}\n")) {
      Path state = freshState();
      Files.createDirectories(OddRuns.file(state).getParent());
      Files.writeString(OddRuns.file(state), text);
      assertFault(Fault.FOREIGN, 1, "", state);
    }
  }

  /** Else a log could be passed off as one that was never written. */
  @Test
  void whatWasAChainIsTamperedWithAndNotForeign() throws Exception {
    Path state = freshState();
    OddRuns.write(state, PlainSealer.KEYS, run(OddRuns.HEADER));
    Path file = OddRuns.file(state);
    String text = Files.readString(file);
    for (String changed : List.of("", "notes of mine\n", text.replaceFirst("1", "7"))) {
      Files.writeString(file, changed);
      assertThrows(TamperedException.class, () -> open(state), changed);
    }
    Files.writeString(file, text);
    Files.delete(ChainedFile.headOf(file));
    assertThrows(TamperedException.class, () -> open(state));
  }

  @Test
  void anEventThatIsNoneIsToldWithItsLine() throws Exception {
    String sleep = "{\"time\":3,\"event\":{\"event\":\"sleep\"}}";
    assertFault(Fault.EVENT, 4, "no event \"sleep\"", run(OddRuns.HEADER, sleep));
    assertFault(Fault.EVENT, 2, "no event \"sleep\"", List.of(OddRuns.HEADER, sleep));
    assertFault(
        Fault.EVENT, 4, "\"event\" is missing", run(OddRuns.HEADER, "{\"time\":3,\"what\":1}"));
    assertFault(
        Fault.EVENT,
        4,
        "\"tokens\" is 4294967296, must be from 0 to 2147483647",
        run(
            OddRuns.HEADER,
            "{\"event\":{\"event\":\"answer\",\"text\":\"x\",\"tokens\":4294967296}}"));
    assertFault(
        Fault.EVENT, 4, "Input cannot follow", run(OddRuns.HEADER, OddRuns.EVENTS.getFirst()));
  }

  /** A line that was changed is counted in the same way. */
  @Test
  void aChangedEventIsToldWithItsLineToo() throws Exception {
    Path state = freshState();
    OddRuns.write(state, PlainSealer.KEYS, run(OddRuns.HEADER));
    List<String> lines = new ArrayList<>(Files.readAllLines(OddRuns.file(state)));
    lines.set(1, lines.get(1).replace("\"seq\":2", "\"seq\":9"));
    Files.write(OddRuns.file(state), lines);
    assertEquals(2, assertThrows(TamperedException.class, () -> open(state)).line());
  }
}
