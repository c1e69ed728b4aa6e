package io.jgpt.agent.tool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Files that no tool may write wherever they are, known by every name they were given and, those
 * that there are, by what the system knows them by; of a folder, all that is or could be in it. And
 * names that no tool may write wherever a file has one.
 *
 * @param paths absolute; with and without links on the way
 * @param keys as {@link PosixFileAttributes#fileKey} gives them
 * @param names in lower case, as some file systems take any case for the same
 */
record GuardedFiles(Set<Path> paths, Set<Object> keys, Set<String> names) {

  GuardedFiles {
    paths = Set.copyOf(paths);
    keys = Set.copyOf(keys);
    names = Set.copyOf(names);
  }

  static GuardedFiles of(Collection<Path> files, Collection<String> names) throws IOException {
    Set<Path> paths = new HashSet<>();
    Set<Object> keys = new HashSet<>();
    for (Path file : files) {
      Path absolute = file.toAbsolutePath().normalize();
      paths.add(absolute);
      paths.add(real(absolute));
      if (Files.exists(absolute)) {
        keys.add(Files.getAttribute(absolute, "unix:fileKey"));
      }
    }
    return new GuardedFiles(
        paths, keys, names.stream().map(GuardedFiles::lowerCase).collect(Collectors.toSet()));
  }

  /** Without links on the way, as far as there is one. */
  private static Path real(Path absolute) throws IOException {
    Path above = absolute;
    while (!Files.exists(above)) {
      above = above.getParent(); // the root exists
    }
    return above.toRealPath().resolve(above.relativize(absolute));
  }

  private static String lowerCase(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /** Whether it is one of them, is in one, or has one of the names. */
  boolean contains(Path absolute) {
    return names.contains(lowerCase(absolute.getFileName().toString()))
        || paths.stream().anyMatch(absolute::startsWith);
  }

  /** Whether it is one of them under whatever name. */
  boolean contains(PosixFileAttributes file) {
    return keys.contains(file.fileKey());
  }
}
