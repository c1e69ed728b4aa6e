package io.jgpt.agent.store;

import io.jgpt.agent.log.PrivateFiles;
import io.jgpt.agent.log.StoredDescriptions;
import io.jgpt.agent.log.StoredGrants;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The files of a state directory by what they hold. Neither reads them nor needs the key. */
public final class PersonalFiles {

  /** What is kept about the user. */
  public enum Kind {
    /** The profile. */
    PROFILE,
    /** The agent's notes. */
    NOTES,
    /** Runs with the feedback on them, and the counts of it that were given out. */
    RUNS,
    /** To what the user said "always", and the tools of MCP servers that were accepted. */
    GRANTS
  }

  /**
   * How much there is.
   *
   * @param bytes of all files together
   */
  public record Size(int files, long bytes) {}

  private static final List<String> KEY_FILES =
      List.of(StateKey.KEY, StateKey.CHECK, PrivateFiles.LOCK);

  private final Path state;

  /** Those of {@code state}, whether it is there or not. */
  public PersonalFiles(Path state) {
    this.state = state;
  }

  /** What a kind takes. */
  public Size size(Kind kind) throws IOException {
    return size(roots(kind));
  }

  /** What is in the directory beside all kinds and the key. */
  public Size others() throws IOException {
    List<Path> known = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      known.addAll(roots(kind));
    }
    KEY_FILES.forEach(name -> known.add(state.resolve(name)));
    Size all = size(List.of(state));
    Size ours = size(known);
    return new Size(all.files - ours.files, all.bytes - ours.bytes);
  }

  /** The files and directories that a kind is in, as far as they are there. */
  public List<Path> places(Kind kind) {
    return roots(kind).stream()
        .filter(path -> Files.exists(path, LinkOption.NOFOLLOW_LINKS))
        .toList();
  }

  /** Deletes a kind. Returns what there was. */
  public Size erase(Kind kind) throws IOException {
    Size size = size(kind);
    for (Path root : roots(kind)) {
      delete(root);
    }
    return size;
  }

  /** Deletes the directory: the key before what it opens. Returns what there was. */
  public Size eraseAll() throws IOException {
    Size size = size(List.of(state));
    for (String name : KEY_FILES) {
      Files.deleteIfExists(state.resolve(name));
    }
    delete(state);
    return size;
  }

  /** With what a process that ended while it wrote may have left beside them. */
  private List<Path> roots(Kind kind) {
    return names(kind).stream()
        .flatMap(name -> Stream.of(name, name + ".new"))
        .map(state::resolve)
        .toList();
  }

  private static List<String> names(Kind kind) {
    return switch (kind) {
      case PROFILE -> List.of(StoredProfile.FILE);
      case NOTES -> List.of(StoredNotes.FILE);
      case RUNS -> List.of("runs", ReleasedCounts.FILE);
      case GRANTS ->
          List.of(
              StoredGrants.FILE,
              "heads/" + StoredGrants.FILE + ".head",
              StoredDescriptions.FILE,
              "heads/" + StoredDescriptions.FILE + ".head");
    };
  }

  private static Size size(List<Path> roots) throws IOException {
    int[] files = {0};
    long[] bytes = {0};
    for (Path root : roots) {
      walk(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              files[0]++;
              bytes[0] += attributes.size();
              return FileVisitResult.CONTINUE;
            }
          });
    }
    return new Size(files[0], bytes[0]);
  }

  private static void delete(Path root) throws IOException {
    walk(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException e)
              throws IOException {
            if (e != null) {
              throw e;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Without following links. */
  private static void walk(Path root, SimpleFileVisitor<Path> visitor) throws IOException {
    if (Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      Files.walkFileTree(root, visitor);
    }
  }
}
