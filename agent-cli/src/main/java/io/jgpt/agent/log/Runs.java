package io.jgpt.agent.log;

import io.jgpt.agent.log.RunFormatException.Fault;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The runs of a state directory. A run's name is the millisecond in which it began, and where that
 * is not later than the names that there are, the next that is: names sort by creation, within one
 * instant and when the clock was set back as well.
 */
public final class Runs {

  private static final String SUFFIX = ".jsonl";
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

  /** As earlier versions named runs: a second, and what told its runs apart, in no order. */
  private static final Pattern SECOND = Pattern.compile("([0-9]{8}-[0-9]{6})-[0-9a-f]{6}");

  private final Path directory;
  private final Keys keys;
  private final InstantSource clock;

  /**
   * @param state the state directory
   */
  public Runs(Path state, Keys keys, InstantSource clock) {
    this.directory = state.resolve("runs");
    this.keys = keys;
    this.clock = clock;
  }

  /** Begins a run, by name the last; the caller closes it. */
  public RunFile create(RunHeader header) throws IOException {
    while (true) {
      String id = NAME.format(next());
      try {
        return RunFile.begin(id, ChainedFile.create(file(id), keys), clock, header);
      } catch (FileAlreadyExistsException e) {
        if (!Files.exists(file(id))) { // it is a folder that a file stands in the place of
          throw e;
        } // else another process began a run just now, and has the name
      }
    }
  }

  /** Now, or what comes after the last name. */
  private Instant next() throws IOException {
    Instant now = clock.instant();
    return latest()
        .flatMap(Runs::time)
        .map(last -> last.plusMillis(1))
        .filter(now::isBefore)
        .orElse(now);
  }

  /** The last millisecond of which a name tells; empty if no run can be called so. */
  private static Optional<Instant> time(String id) {
    Matcher second = SECOND.matcher(id);
    String name = second.matches() ? second.group(1) + "-999" : id;
    try {
      return Optional.of(NAME.parse(name, Instant::from));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /**
   * Opens a run; the caller closes it.
   *
   * @throws NoSuchFileException if there is none of that name
   * @throws TamperedException if it is not as it was written
   * @throws RunFormatException if it is, but not by a version whose runs can be read
   */
  public RunFile open(String id) throws IOException, TamperedException, RunFormatException {
    if (time(id).isEmpty() || !Files.exists(file(id))) {
      throw new NoSuchFileException(id);
    }
    if (ChainedFile.isForeign(file(id))) {
      throw new RunFormatException(Fault.FOREIGN, file(id), 1, "");
    }
    ChainedFile chain = ChainedFile.open(file(id), keys);
    try {
      return RunFile.read(id, chain, clock);
    } catch (RunFormatException e) {
      chain.close();
      throw e;
    }
  }

  /** The names of all runs, oldest first. */
  public List<String> ids() throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(SUFFIX))
          .map(name -> name.substring(0, name.length() - SUFFIX.length()))
          .filter(name -> time(name).isPresent())
          .sorted()
          .toList();
    }
  }

  /** The name of the last run. */
  public Optional<String> latest() throws IOException {
    List<String> ids = ids();
    return ids.isEmpty() ? Optional.empty() : Optional.of(ids.getLast());
  }

  private Path file(String id) {
    return directory.resolve(id + SUFFIX);
  }
}
