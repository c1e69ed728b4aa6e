package io.jgpt.agent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.agent.log.Keys;
import io.jgpt.agent.log.TamperedException;
import io.jgpt.agent.store.PersonalFiles.Kind;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The profile, the notes and the files they are in. */
final class StoredTest {

  private static final Profile ADA = new Profile("Ada 张", "zh", "short answers");

  @TempDir Path root;
  private Path state;
  private Keys keys;

  @BeforeEach
  void makeKey() throws Exception {
    state = root.resolve("state");
    keys = StateKey.open(state, Optional.empty()).keys();
  }

  private StoredProfile profile() {
    return new StoredProfile(state, keys);
  }

  private StoredNotes notes() {
    return new StoredNotes(state, keys, () -> Instant.ofEpochMilli(5000));
  }

  @Test
  void aProfileIsReadAsItWasWrittenAndAnEmptyOneIsNone() throws Exception {
    assertEquals(Profile.NONE, profile().read());
    assertEquals(ADA, profile().change(before -> ADA));
    assertEquals(ADA, profile().read());
    assertEquals("", profile().change(before -> before.with("name", "")).name());
    assertTrue(Files.exists(state.resolve("profile")));
    profile().change(before -> Profile.NONE);
    assertFalse(Files.exists(state.resolve("profile")));
  }

  @Test
  void aProfileHasNoHiddenTextAndNoOtherLanguage() {
    assertThrows(IllegalArgumentException.class, () -> new Profile("a\nb", "", ""));
    assertThrows(IllegalArgumentException.class, () -> new Profile("", "fr", ""));
    assertThrows(IllegalArgumentException.class, () -> new Profile("", "", "x".repeat(501)));
    assertThrows(IllegalArgumentException.class, () -> Profile.NONE.with("age", "9"));
    assertEquals(List.of("name", "language", "preferences"), List.copyOf(ADA.fields().keySet()));
  }

  @Test
  void notesLastAndAreDeletedOneByOne() throws Exception {
    notes().add("buy milk");
    notes().add("发信");
    assertEquals(List.of("buy milk", "发信"), notes().all());
    assertEquals(Instant.ofEpochMilli(5000), notes().read().getFirst().time());
    assertThrows(IndexOutOfBoundsException.class, () -> notes().remove(3));
    assertEquals("buy milk", notes().remove(1).text());
    assertEquals(List.of("发信"), notes().all());
    notes().remove(1);
    assertFalse(Files.exists(state.resolve("notes")));
  }

  @Test
  void thereIsAnEndToNotes() throws Exception {
    for (int i = 0; i < StoredNotes.MOST; i++) {
      notes().add("n" + i);
    }
    var e = assertThrows(UncheckedIOException.class, () -> notes().add("more"));
    assertEquals("there are 1000 already", e.getCause().getMessage());
    assertEquals(StoredNotes.MOST, notes().all().size());
  }

  @Test
  void whatWasChangedOrIsAnotherFileIsNeitherReadNorOverwritten() throws Exception {
    profile().change(before -> ADA);
    notes().add("buy milk");
    byte[] good = Files.readAllBytes(state.resolve("notes"));
    for (byte[] bad :
        List.of(
            Files.readAllBytes(state.resolve("profile")),
            "{\"notes\":[]}".getBytes(StandardCharsets.UTF_8),
            new byte[0])) {
      Files.write(state.resolve("notes"), bad);
      assertThrows(TamperedException.class, () -> notes().read());
      assertThrows(UncheckedIOException.class, () -> notes().add("x"));
      assertThrows(UncheckedIOException.class, () -> notes().all());
      assertThrows(TamperedException.class, () -> notes().remove(1));
      assertEquals(bad.length, Files.size(state.resolve("notes")));
    }
    Files.write(state.resolve("notes"), good);
    assertEquals(List.of("buy milk"), notes().all());
    Files.copy(
        state.resolve("notes"), state.resolve("profile"), StandardCopyOption.REPLACE_EXISTING);
    assertThrows(TamperedException.class, () -> profile().change(before -> ADA));
  }

  @Test
  void nothingIsReadableOnTheDisk() throws Exception {
    profile().change(before -> ADA);
    notes().add("buy milk");
    for (String name : new String[] {"profile", "notes"}) {
      String text =
          new String(Files.readAllBytes(state.resolve(name)), StandardCharsets.ISO_8859_1);
      // Of four letters at least: three come by chance once in 2^24 places.
      for (String word : new String[] {"milk", "preferences", "short", "notes", "name"}) {
        assertFalse(text.contains(word), word);
      }
    }
  }

  @Test
  void filesAreCountedAndDeletedByKind() throws Exception {
    profile().change(before -> ADA);
    notes().add("buy milk");
    Files.createDirectories(state.resolve("runs/heads"));
    Files.writeString(state.resolve("runs/a.jsonl"), "12345");
    Files.writeString(state.resolve("runs/heads/a.jsonl.head"), "123");
    Files.writeString(state.resolve("profile.new"), "12"); // left by a process that ended
    Files.writeString(state.resolve("unknown"), "1234");
    Path outside = Files.writeString(root.resolve("outside"), "precious");
    Files.createSymbolicLink(state.resolve("runs/link"), outside);
    Files.createSymbolicLink(state.resolve("linked"), root);

    var files = new PersonalFiles(state);
    assertEquals(3, files.size(Kind.RUNS).files());
    assertEquals(2, files.size(Kind.PROFILE).files());
    assertEquals(2, files.others().files()); // unknown, and the link itself
    assertEquals(List.of(state.resolve("notes")), files.places(Kind.NOTES));
    assertEquals(2, files.erase(Kind.PROFILE).files());
    assertEquals(0, files.erase(Kind.PROFILE).files());
    assertEquals(3, files.erase(Kind.RUNS).files());
    assertEquals(List.of("buy milk"), notes().all());

    assertTrue(files.eraseAll().files() >= 5);
    assertFalse(Files.exists(state));
    assertEquals(0, files.eraseAll().files());
    assertEquals("precious", Files.readString(outside));
  }
}
