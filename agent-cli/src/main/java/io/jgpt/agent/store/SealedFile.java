package io.jgpt.agent.store;

import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.json.JsonText;
import io.jgpt.agent.json.JsonValue;
import io.jgpt.agent.log.PrivateFiles;
import io.jgpt.agent.log.Sealer;
import io.jgpt.agent.log.TamperedException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Map;

/**
 * A JSON object in a file, encrypted as a whole and bound to the file's name, replaced at once or
 * not at all. An empty object is no file. What it cannot know is whether a file is an older one of
 * the same name and key, put back.
 */
final class SealedFile {

  /** Makes one value of another. */
  interface Change {
    JsonValue.Members of(JsonValue.Members before) throws IOException, JsonException;
  }

  static final JsonValue.Members EMPTY = JsonValue.Members.of(Map.of());

  private final Path file;
  private final Sealer sealer;

  SealedFile(Path file, Sealer sealer) {
    this.file = file;
    this.sealer = sealer;
  }

  Path file() {
    return file;
  }

  /**
   * What is in it; the empty object if it is not there.
   *
   * @throws TamperedException if it is not as it was written
   */
  JsonValue.Members read() throws IOException, TamperedException {
    if (!Files.exists(file)) {
      return EMPTY;
    }
    try {
      byte[] plain = sealer.open(Files.readAllBytes(file), place());
      return JsonText.read(new String(plain, StandardCharsets.UTF_8)).asObject();
    } catch (GeneralSecurityException | JsonException e) {
      throw tampered(e);
    }
  }

  /** Replaces what is in it, while no other process can. Returns what there is now. */
  JsonValue.Members change(Change change) throws IOException, TamperedException {
    try (Closeable _ = PrivateFiles.lock(file.getParent())) {
      JsonValue.Members before = read();
      JsonValue.Members after = change.of(before);
      if (after.members().isEmpty()) {
        Files.deleteIfExists(file);
      } else if (!after.equals(before)) {
        PrivateFiles.replace(file, sealed(JsonText.write(after)));
      }
      return after;
    } catch (JsonException e) {
      throw tampered(e);
    }
  }

  /** It was opened, but does not hold what this version writes. */
  TamperedException tampered(Exception cause) {
    var tampered = new TamperedException(file, 1);
    tampered.initCause(cause);
    return tampered;
  }

  private byte[] sealed(String text) throws IOException {
    try {
      return sealer.seal(text.getBytes(StandardCharsets.UTF_8), place());
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot encrypt: " + e.getMessage(), e);
    }
  }

  /** Two lines, as no line of a run's log has it. */
  private byte[] place() {
    return ("file\n" + file.getFileName()).getBytes(StandardCharsets.UTF_8);
  }
}
