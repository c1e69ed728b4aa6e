package io.jgpt.cli;

import io.jgpt.agent.Event.Feedback.Rating;
import io.jgpt.agent.log.Keys;
import io.jgpt.agent.log.RunFile;
import io.jgpt.agent.log.RunFormatException;
import io.jgpt.agent.log.RunHeader;
import io.jgpt.agent.log.Runs;
import io.jgpt.agent.log.TamperedException;
import io.jgpt.agent.store.FeedbackCounts;
import io.jgpt.agent.store.KeyException;
import io.jgpt.agent.store.Keyring;
import io.jgpt.agent.store.Profile;
import io.jgpt.agent.store.ReleasedCounts;
import io.jgpt.agent.store.SecretTool;
import io.jgpt.agent.store.StateKey;
import io.jgpt.agent.store.StoredNotes;
import io.jgpt.agent.store.StoredProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * What jgpt keeps about its user, in the state directory. The key is looked for, or made, when
 * something is first read or written: commands that do neither have nothing of it.
 */
final class UserData {

  /** Commands that speak the language of the profile: others would not open it for that alone. */
  private static final Set<String> PERSONAL = Set.of("agent", "privacy");

  /** Reads or writes what is kept. */
  interface Use<T> {
    T with(Keys keys) throws IOException, TamperedException, RunFormatException;
  }

  private final Path state;
  private final Map<String, String> environment;
  private final Settings settings;
  private Optional<StateKey> key = Optional.empty();

  UserData(Path state, Map<String, String> environment, Settings settings) {
    this.state = state;
    this.environment = environment;
    this.settings = settings;
  }

  /** The directory; it may not be there yet. */
  Path state() {
    return state;
  }

  /** Whether there is anything. */
  boolean isThere() {
    return Files.exists(state);
  }

  /** Where keys may be kept, unless {@code JGPT_KEY} says in a file. */
  Optional<Keyring> keyring() {
    Optional<Settings.Setting> place = settings.own("JGPT_KEY");
    String word = place.map(Settings.Setting::value).orElse("auto");
    return switch (word) {
      case "auto" -> SecretTool.of(environment);
      case "file" -> Optional.empty();
      default -> throw CliException.usage("error.key.place", place.get().source(), word);
    };
  }

  /**
   * The key; it is made if there was none.
   *
   * @throws CliException if there was one, and it cannot be had
   */
  StateKey key() {
    if (key.isEmpty()) {
      try {
        key = Optional.of(StateKey.open(state, keyring()));
      } catch (KeyException e) {
        throw failure(e);
      } catch (IOException e) {
        throw unreadable(state, e);
      }
    }
    return key.get();
  }

  private <T> T use(Use<T> use) {
    try {
      return use.with(key().keys());
    } catch (TamperedException e) {
      throw tampered(e);
    } catch (RunFormatException e) {
      throw unusable(e);
    } catch (IOException e) {
      throw unreadable(state, e);
    }
  }

  /** As the user wrote it; an empty one if there is none. */
  Profile profile() {
    return isThere() ? use(keys -> new StoredProfile(state, keys).read()) : Profile.NONE;
  }

  /** Changes it; returns what it is now. */
  Profile changeProfile(UnaryOperator<Profile> change) {
    return use(keys -> new StoredProfile(state, keys).change(change));
  }

  /** The agent's memory, which is checked to be as it was written. */
  StoredNotes notes() {
    return use(
        keys -> {
          StoredNotes notes = store(keys);
          notes.read();
          return notes;
        });
  }

  /** All notes, oldest first. */
  List<StoredNotes.Note> allNotes() {
    return isThere() ? use(keys -> store(keys).read()) : List.of();
  }

  /** Removes the note of that number, from 1. */
  StoredNotes.Note removeNote(int number) {
    return use(keys -> store(keys).remove(number));
  }

  private StoredNotes store(Keys keys) {
    return new StoredNotes(state, keys, Clock.systemUTC());
  }

  /** The runs. */
  Runs runs() {
    return new Runs(state, key().keys(), Clock.systemUTC());
  }

  /** The counts of feedback that were given out. */
  ReleasedCounts released() {
    return new ReleasedCounts(state, key().keys());
  }

  /** What the user said about each run on which they said something. */
  Map<String, Rating> ratings() {
    return use(
        keys -> {
          Map<String, Rating> ratings = new TreeMap<>();
          Runs runs = runs();
          for (String id : runs.ids()) {
            try (RunFile file = runs.open(id)) {
              FeedbackCounts.rating(file.events()).ifPresent(rating -> ratings.put(id, rating));
            }
          }
          return ratings;
        });
  }

  /**
   * The language of the profile, for a command that has to do with the user; empty if none is said.
   * What is wrong with the data is told when they are used.
   */
  String language(List<String> arguments) {
    if (arguments.isEmpty()
        || !PERSONAL.contains(arguments.getFirst())
        || !Files.exists(state.resolve("profile"))) {
      return "";
    }
    try {
      return profile().language();
    } catch (CliException e) {
      return "";
    }
  }

  static CliException failure(KeyException e) {
    String fault = e.fault().name().toLowerCase(Locale.ROOT);
    return new CliException(e, ExitCode.INPUT, "error.key." + fault, e.where(), e.detail());
  }

  static CliException unreadable(Path path, IOException e) {
    return new CliException(e, ExitCode.INPUT, "error.state", path, Failures.reason(e));
  }

  static CliException tampered(TamperedException e) {
    return new CliException(e, ExitCode.INPUT, "error.tampered", e.file(), e.line());
  }

  static CliException unusable(RunFormatException e) {
    String fault = e.fault().name().toLowerCase(Locale.ROOT);
    return new CliException(
        e, ExitCode.INPUT, "error.run." + fault, e.file(), e.line(), e.detail(), RunHeader.FORMAT);
  }
}
