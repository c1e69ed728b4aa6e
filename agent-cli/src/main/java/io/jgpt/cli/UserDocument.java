package io.jgpt.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.jgpt.agent.Scope;
import io.jgpt.agent.json.JsonValue;
import io.jgpt.agent.log.BusyException;
import io.jgpt.agent.log.EventJson;
import io.jgpt.agent.log.RunFile;
import io.jgpt.agent.log.RunFormatException;
import io.jgpt.agent.log.Runs;
import io.jgpt.agent.log.StoredDescriptions;
import io.jgpt.agent.log.StoredGrants;
import io.jgpt.agent.log.TamperedException;
import io.jgpt.agent.store.FeedbackCounts;
import io.jgpt.agent.store.PersonalFiles.Kind;
import io.jgpt.agent.store.ReleasedCounts;
import io.jgpt.agent.store.StoredNotes;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All that is kept about the user, readable, as one JSON object. What cannot be read is left out,
 * listed, and warned about.
 */
final class UserDocument {

  /**
   * How much there is of each kind.
   *
   * @param feedback runs that have some
   */
  record Counts(Map<Kind, Integer> items, int feedback) {
    static final Counts UNKNOWN = new Counts(Map.of(), 0);

    boolean known() {
      return !items.isEmpty();
    }

    int of(Kind kind) {
      return items.get(kind);
    }
  }

  private final Invocation invocation;
  private final UserData data;
  private final JsonValue.Builder document = JsonValue.Members.builder();
  private final List<JsonValue> unreadable = new ArrayList<>();
  private final Map<Kind, Integer> items = new EnumMap<>(Kind.class);
  private int feedback;

  UserDocument(Invocation invocation) {
    this.invocation = invocation;
    this.data = invocation.userData();
  }

  /**
   * Reads these kinds.
   *
   * @throws CliException if the key cannot be had
   */
  void read(Set<Kind> kinds) {
    document.put("directory", data.state().toString());
    for (Kind kind : kinds) {
      items.put(kind, 0);
      if (data.isThere()) {
        data.key(); // without it nothing can be read; that is no fault of one file
        read(kind);
      }
    }
    if (!unreadable.isEmpty()) {
      document.put("unreadable", new JsonValue.Elements(unreadable));
    }
  }

  private void read(Kind kind) {
    try {
      switch (kind) {
        case PROFILE -> profile();
        case NOTES -> notes();
        case RUNS -> runs();
        case GRANTS -> grants();
      }
    } catch (CliException e) {
      leaveOut(e);
    } catch (TamperedException e) {
      leaveOut(UserData.tampered(e));
    } catch (IOException e) {
      leaveOut(UserData.unreadable(data.state(), e));
    }
  }

  private void leaveOut(CliException e) {
    String line = e.message(invocation.messages());
    invocation.diagnostics().warning(line);
    unreadable.add(new JsonValue.Text(line));
  }

  private void profile() {
    Map<String, String> fields = data.profile().fields();
    items.put(Kind.PROFILE, fields.size());
    document.put("profile", JsonValue.Members.of(fields));
  }

  private void notes() {
    List<JsonValue> notes = new ArrayList<>();
    for (StoredNotes.Note note : data.allNotes()) {
      notes.add(
          JsonValue.Members.builder()
              .put("time", note.time().toString())
              .put("text", note.text())
              .build());
    }
    items.put(Kind.NOTES, notes.size());
    document.put("notes", new JsonValue.Elements(notes));
  }

  private void runs() throws IOException, TamperedException {
    Runs runs = data.runs();
    List<JsonValue> elements = new ArrayList<>();
    for (String id : runs.ids()) {
      items.merge(Kind.RUNS, 1, Integer::sum);
      try (RunFile file = runs.open(id)) {
        elements.add(run(file));
        feedback += FeedbackCounts.rating(file.events()).isPresent() ? 1 : 0;
      } catch (TamperedException e) {
        leaveOut(UserData.tampered(e));
      } catch (RunFormatException e) {
        leaveOut(UserData.unusable(e));
      } catch (BusyException e) {
        leaveOut(UserData.unreadable(data.state().resolve("runs").resolve(id), e));
      }
    }
    document.put("runs", new JsonValue.Elements(elements));
    List<JsonValue> releases = new ArrayList<>();
    for (ReleasedCounts.Release release : data.released().read()) {
      releases.add(release.toJson());
    }
    document.put("feedback_given_out", new JsonValue.Elements(releases));
  }

  private static JsonValue.Members run(RunFile file) {
    List<JsonValue> events = new ArrayList<>();
    for (RunFile.Entry entry : file.entries()) {
      JsonValue.Builder event = JsonValue.Members.builder().put("time", entry.time().toString());
      EventJson.of(entry.event()).members().forEach(event::put);
      events.add(event.build());
    }
    return JsonValue.Members.builder()
        .put("id", file.id())
        .put("begun_with", file.header().toJson())
        .put("events", new JsonValue.Elements(events))
        .build();
  }

  private void grants() throws IOException, TamperedException {
    List<JsonValue> grants = new ArrayList<>();
    if (Files.exists(data.state().resolve(StoredGrants.FILE))) {
      try (StoredGrants stored = StoredGrants.open(data.state(), data.key().keys())) {
        for (Scope scope : stored.scopes()) {
          grants.add(
              JsonValue.Members.builder()
                  .put("workspace", scope.workspace())
                  .put("tool", scope.tool())
                  .put("target", JsonValue.Members.of(scope.target()))
                  .build());
        }
      }
    }
    if (Files.exists(data.state().resolve(StoredDescriptions.FILE))) {
      try (var stored = StoredDescriptions.open(data.state(), data.key().keys())) {
        for (StoredDescriptions.Accepted accepted : stored.all()) {
          grants.add(
              JsonValue.Members.builder()
                  .put("server", accepted.server())
                  .put("tool", accepted.tool())
                  .put("fingerprint", accepted.fingerprint())
                  .build());
        }
      }
    }
    items.put(Kind.GRANTS, grants.size());
    document.put("grants", new JsonValue.Elements(grants));
  }

  /** How much was read. */
  Counts counts() {
    return new Counts(Map.copyOf(items), feedback);
  }

  /** The document, indented. */
  String text() {
    var text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text).useDefaultPrettyPrinter()) {
      document.build().write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // no I/O takes place
    }
    return text + "\n";
  }
}
