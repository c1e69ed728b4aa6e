package io.jgpt.agent.store;

import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.log.Keys;
import io.jgpt.agent.log.TamperedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** The profile of a state directory. */
public final class StoredProfile {

  static final String FILE = "profile";

  private final SealedFile file;

  /** That of {@code state}, whether there is one or not. */
  public StoredProfile(Path state, Keys keys) {
    this.file = new SealedFile(state.resolve(FILE), keys.sealer());
  }

  /**
   * As it is now.
   *
   * @throws TamperedException if it is not as it was written
   */
  public Profile read() throws IOException, TamperedException {
    try {
      return Profile.read(file.read());
    } catch (JsonException e) {
      throw file.tampered(e);
    }
  }

  /**
   * Changes it; an empty one is not stored. Returns what it is now.
   *
   * @throws TamperedException if it is not as it was written; then it stays so
   */
  public Profile change(UnaryOperator<Profile> change) throws IOException, TamperedException {
    try {
      return Profile.read(file.change(before -> change.apply(Profile.read(before)).toJson()));
    } catch (JsonException e) {
      throw file.tampered(e);
    }
  }
}
