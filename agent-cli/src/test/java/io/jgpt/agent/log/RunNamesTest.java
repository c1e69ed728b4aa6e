package io.jgpt.agent.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.agent.AgentState;
import io.jgpt.agent.Budget;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What runs are called: the last name is that of the run begun last. */
final class RunNamesTest {

  private static final Instant NOW = Instant.parse("2026-01-01T23:59:59.998Z");
  private static final RunHeader HEADER =
      new RunHeader("local", "mini", "0f", 0, 0, "/ws", "", Budget.USUAL);

  @TempDir Path state;

  private static String begin(Runs runs) throws Exception {
    try (RunFile file = runs.create(HEADER)) {
      return file.id();
    }
  }

  private Runs at(Instant now) {
    return new Runs(state, PlainSealer.KEYS, () -> now);
  }

  @Test
  void theLastRunIsTheLatest() throws Exception {
    Runs runs = at(Instant.ofEpochMilli(5000));
    assertTrue(runs.latest().isEmpty());
    String id = begin(runs);
    assertEquals(id, runs.latest().orElseThrow());
    assertEquals("19700101-000005-000", id);
    for (String other : List.of("zzz", "20261301-000000-000", "20261301-000000-abcdef")) {
      Files.writeString(state.resolve("runs/" + other + ".jsonl"), "x", StandardCharsets.UTF_8);
      assertThrows(NoSuchFileException.class, () -> runs.open(other), other);
    }
    assertEquals(List.of(id), runs.ids());
  }

  @Test
  void namesSortByCreationWhateverTheClockSays() throws Exception {
    List<String> begun = new ArrayList<>();
    for (Instant instant :
        List.of(NOW, NOW, NOW, NOW.plusNanos(999_999), NOW.minusSeconds(9), NOW.plusSeconds(1))) {
      begun.add(begin(at(instant)));
      assertEquals(begun, at(instant).ids());
    }
    assertEquals(
        List.of(
            "20260101-235959-998",
            "20260101-235959-999",
            "20260102-000000-000",
            "20260102-000000-001",
            "20260102-000000-002",
            "20260102-000000-998"),
        begun);
  }

  @Test
  void runsThatAreBegunTogetherAreEachOnesOwn() throws Exception {
    int each = 40;
    Callable<List<String>> begin =
        () -> {
          List<String> begun = new ArrayList<>();
          for (int i = 0; i < each; i++) {
            begun.add(begin(at(NOW)));
          }
          return begun;
        };
    List<String> all = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (var begun : threads.invokeAll(Collections.nCopies(4, begin))) {
        assertEquals(begun.get().stream().sorted().toList(), begun.get());
        all.addAll(begun.get());
      }
    }
    Collections.sort(all);
    assertEquals(4 * each, all.size());
    assertEquals(all, at(NOW).ids()); // which has no name twice
  }

  /** They are told apart within a second by six hexadecimal digits, in no order. */
  @Test
  void runsOfEarlierVersionsAreReadAndComeFirst() throws Exception {
    List<String> lines = new ArrayList<>(List.of(OddRuns.HEADER));
    lines.addAll(OddRuns.EVENTS);
    OddRuns.write(state, PlainSealer.KEYS, lines);
    Runs runs = at(Instant.parse("2026-01-01T00:00:00.500Z"));
    try (RunFile file = runs.open(OddRuns.ID)) {
      assertEquals("x", AgentState.of(file.events()).goal());
    }
    String id = begin(runs);
    assertEquals(List.of(OddRuns.ID, id), runs.ids());
    assertEquals("20260101-000001-000", id);
  }

  @Test
  void aFileInThePlaceOfTheirFolderIsSaid() throws Exception {
    Files.writeString(state.resolve("runs"), "x");
    assertThrows(FileAlreadyExistsException.class, () -> at(NOW).create(HEADER));
  }
}
