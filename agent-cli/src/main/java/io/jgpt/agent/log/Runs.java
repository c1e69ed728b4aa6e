package io.jgpt.agent.log;

import io.jgpt.agent.log.RunFormatException.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The runs of a state directory. */
public final class Runs {

  private static final String SUFFIX = ".jsonl";
  private static final Pattern ID = Pattern.compile("[0-9]{8}-[0-9]{6}-[0-9a-f]{6}");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

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

  /** Begins a run; the caller closes it. */
  public RunFile create(RunHeader header) throws IOException {
    String id;
    do { // until it is not one of the same second with the same three bytes
      byte[] random = new byte[3];
      new SecureRandom().nextBytes(random);
      id = TIME.format(clock.instant()) + "-" + HexFormat.of().formatHex(random);
    } while (Files.exists(file(id)));
    return RunFile.begin(id, ChainedFile.create(file(id), keys), clock, header);
  }

  /**
   * Opens a run; the caller closes it.
   *
   * @throws NoSuchFileException if there is none of that name
   * @throws TamperedException if it is not as it was written
   * @throws RunFormatException if it is, but not by a version whose runs can be read
   */
  public RunFile open(String id) throws IOException, TamperedException, RunFormatException {
    if (!ID.matcher(id).matches() || !Files.exists(file(id))) {
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
          .filter(name -> ID.matcher(name).matches())
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
