package io.jgpt.agent.tool;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A folder that is opened once, and from which every path is walked name by name through open
 * directories ({@code openat}); no step follows a link. So a folder that somebody swaps for a link
 * between two steps is an error and not a way out. May be used from any thread.
 */
final class RootFolder implements AutoCloseable {

  private static final LinkOption NOFOLLOW = LinkOption.NOFOLLOW_LINKS;
  private static final Path HERE = Path.of(".");

  private final Path path;
  private final SecureDirectoryStream<Path> top;

  private RootFolder(Path path, SecureDirectoryStream<Path> top) {
    this.path = path;
    this.top = top;
  }

  /**
   * Opens a folder.
   *
   * @param folder exists; the links on the way to it are followed once, now
   * @throws IOException if there is no such folder, or its file system cannot be walked safely
   */
  static RootFolder open(Path folder) throws IOException {
    Path path = folder.toRealPath();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(path)) {
      if (!(stream instanceof SecureDirectoryStream<Path> secure)) {
        throw new FileSystemException(
            folder.toString(), null, "cannot be walked without following links on this system");
      }
      return new RootFolder(path, secure.newDirectoryStream(HERE, NOFOLLOW));
    }
  }

  /** With no link on the way to it. */
  Path path() {
    return path;
  }

  /** What lies there by name; whoever looks it up so may be shown something else. */
  Path path(WorkspacePath inside) {
    return path.resolve(inside.toString());
  }

  /**
   * Walks to a name, whether or not there is anything of that name; the caller closes the place.
   *
   * @param inside not the folder itself
   * @param makeFolders whether missing folders above it are made
   */
  FilePlace find(WorkspacePath inside, boolean makeFolders) throws IOException {
    int last = inside.names().size() - 1;
    var folder = top.newDirectoryStream(HERE, NOFOLLOW);
    try {
      for (String name : inside.names().subList(0, last)) {
        var next = descend(new FilePlace(folder, Path.of(name)), makeFolders);
        folder.close();
        folder = next;
      }
      return new FilePlace(folder, Path.of(inside.names().get(last)));
    } catch (IOException | RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  /** Walks into a folder; the caller closes it. */
  SecureDirectoryStream<Path> folder(WorkspacePath inside) throws IOException {
    if (inside.isRoot()) {
      return top.newDirectoryStream(HERE, NOFOLLOW);
    }
    try (FilePlace place = find(inside, false)) {
      return place.open();
    }
  }

  private SecureDirectoryStream<Path> descend(FilePlace place, boolean make) throws IOException {
    try {
      return place.open();
    } catch (NoSuchFileException e) {
      if (!make) {
        throw e;
      }
      makeFolder(place);
      return place.open();
    }
  }

  /** Java has no {@code mkdirat}: the folder is made at the top and moved to its place. */
  private void makeFolder(FilePlace place) throws IOException {
    Path made = FilePlace.passingName();
    Files.createDirectory(path.resolve(made));
    try {
      top.move(made, place.folder(), place.name());
    } catch (IOException e) {
      top.deleteDirectory(made);
      throw e;
    }
  }

  /**
   * What tools see of an open folder, sorted.
   *
   * @param folder stays open
   * @param limit most entries
   */
  static List<Listing.Entry> entries(SecureDirectoryStream<Path> folder, int limit)
      throws IOException {
    List<Listing.Entry> entries = new ArrayList<>();
    for (Path child : folder) {
      if (entries.size() >= limit) {
        break;
      }
      String name = child.getFileName().toString();
      Optional<PosixFileAttributes> found = new FilePlace(folder, Path.of(name)).attributes();
      if (found.isPresent() && (found.get().isDirectory() || found.get().isRegularFile())) {
        Listing.entry(name, found.get().isDirectory()).ifPresent(entries::add);
      }
    }
    entries.sort(null);
    return entries;
  }

  @Override
  public void close() throws IOException {
    top.close();
  }
}
