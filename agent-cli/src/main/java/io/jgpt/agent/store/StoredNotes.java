package io.jgpt.agent.store;

import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.json.JsonValue;
import io.jgpt.agent.log.Keys;
import io.jgpt.agent.log.TamperedException;
import io.jgpt.agent.tool.Notes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** The notes of a state directory: the agent's memory from one run to the next. */
public final class StoredNotes implements Notes {

  /** More than a person writes; fewer than make a run slow. */
  public static final int MOST = 1000;

  static final String FILE = "notes";

  /**
   * One note.
   *
   * @param time when it was made, to the millisecond
   */
  public record Note(Instant time, String text) {}

  private final SealedFile file;
  private final InstantSource clock;

  /** Those of {@code state}, whether there are any or not. */
  public StoredNotes(Path state, Keys keys, InstantSource clock) {
    this.file = new SealedFile(state.resolve(FILE), keys.sealer());
    this.clock = clock;
  }

  /**
   * All of them, oldest first.
   *
   * @throws TamperedException if they are not as they were written
   */
  public List<Note> read() throws IOException, TamperedException {
    try {
      return read(file.read());
    } catch (JsonException e) {
      throw file.tampered(e);
    }
  }

  /**
   * Removes one.
   *
   * @param number from 1, oldest first
   * @return what it was
   * @throws IndexOutOfBoundsException if there is no such note
   */
  public Note remove(int number) throws IOException, TamperedException {
    List<Note> removed = new ArrayList<>();
    file.change(
        before -> {
          List<Note> notes = read(before);
          removed.add(notes.remove(number - 1));
          return json(notes);
        });
    return removed.getFirst();
  }

  @Override
  public void add(String note) {
    try {
      file.change(
          before -> {
            List<Note> notes = read(before);
            if (notes.size() == MOST) {
              throw new IOException("there are " + MOST + " already");
            }
            notes.add(new Note(Instant.ofEpochMilli(clock.millis()), note));
            return json(notes);
          });
    } catch (TamperedException e) {
      throw new UncheckedIOException(new IOException("not as jgpt wrote them", e));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<String> all() {
    try {
      return read().stream().map(Note::text).toList();
    } catch (TamperedException e) {
      throw new UncheckedIOException(new IOException("not as jgpt wrote them", e));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Note> read(JsonValue.Members json) throws JsonException {
    List<Note> notes = new ArrayList<>();
    for (JsonValue element : json.elements("notes")) {
      JsonValue.Members note = element.asObject();
      Instant time = Instant.ofEpochMilli(note.optionalWhole("time").orElse(0L));
      notes.add(new Note(time, note.text("text")));
    }
    return notes;
  }

  private static JsonValue.Members json(List<Note> notes) {
    if (notes.isEmpty()) {
      return SealedFile.EMPTY;
    }
    List<JsonValue> elements = new ArrayList<>();
    for (Note note : notes) {
      elements.add(
          JsonValue.Members.builder()
              .put("time", note.time().toEpochMilli())
              .put("text", note.text())
              .build());
    }
    return JsonValue.Members.builder().put("notes", new JsonValue.Elements(elements)).build();
  }
}
