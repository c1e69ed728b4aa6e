package io.jgpt.agent.tool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * Files that no tool may write wherever they are, known by every name they were given and, those
 * that there are, by what the system knows them by.
 *
 * @param paths absolute; with and without links on the way
 * @param keys as {@link PosixFileAttributes#fileKey} gives them
 */
record GuardedFiles(Set<Path> paths, Set<Object> keys) {

  GuardedFiles {
    paths = Set.copyOf(paths);
    keys = Set.copyOf(keys);
  }

  static GuardedFiles of(Collection<Path> files) throws IOException {
    Set<Path> paths = new HashSet<>();
    Set<Object> keys = new HashSet<>();
    for (Path file : files) {
      Path absolute = file.toAbsolutePath().normalize();
      paths.add(absolute);
      if (Files.exists(absolute)) {
        paths.add(absolute.toRealPath());
        keys.add(Files.getAttribute(absolute, "unix:fileKey"));
      }
    }
    return new GuardedFiles(paths, keys);
  }

  boolean contains(Path absolute) {
    return paths.contains(absolute);
  }

  /** Whether it is one of them under whatever name. */
  boolean contains(PosixFileAttributes file) {
    return keys.contains(file.fileKey());
  }
}
