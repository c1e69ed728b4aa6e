package io.jgpt.agent.tool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A workspace that is a folder on disk. May be used from any thread.
 *
 * <p>What is checked is what is used: a path is walked once, through open directories ({@link
 * RootFolder}), and the file is used in the directory where it was looked at ({@link FilePlace}).
 * No step follows a link, and no file is written in place.
 *
 * <p>One thing is looked up by path, because Java cannot ask an open file: how many names a file
 * has. A file with several is refused, for one of them may be outside. Who can make hard links in
 * the folder between that check and the reading can read the file anyway.
 */
public final class FolderWorkspace implements Workspace {

  private final Path given;
  private final RootFolder root;
  private final GuardedFiles guarded;

  private FolderWorkspace(Path given, RootFolder root, GuardedFiles guarded) {
    this.given = given;
    this.root = root;
    this.guarded = guarded;
  }

  /**
   * Opens a folder.
   *
   * @param folder exists; the links on the way to it are followed once, now
   * @param guarded files that no tool may write wherever they are, and folders in which it may
   *     write none: policy, transcripts, profile
   * @throws IOException if there is no such folder, or its file system cannot be walked safely
   */
  public static FolderWorkspace open(Path folder, Collection<Path> guarded) throws IOException {
    return open(folder, guarded, List.of());
  }

  /**
   * Opens a folder.
   *
   * @param names no tool may write a file that is called so, whatever the case of letters
   */
  public static FolderWorkspace open(
      Path folder, Collection<Path> guarded, Collection<String> names) throws IOException {
    GuardedFiles guardedFiles = GuardedFiles.of(guarded, names);
    return new FolderWorkspace(
        folder.toAbsolutePath().normalize(), RootFolder.open(folder), guardedFiles);
  }

  /** The folder, with no link on the way to it. */
  public Path root() {
    return root.path();
  }

  @Override
  public Content read(String text, int limit) throws ToolException {
    WorkspacePath path = parse(text);
    try (FilePlace place = find(path, false)) {
      byte[] bytes = bytes(place, path, limit + 1);
      return Utf8Text.decode(path, bytes, limit);
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  @Override
  public void write(String text, String content, int limit) throws ToolException {
    WorkspacePath path = parse(text);
    byte[] bytes = Utf8Text.encode(content);
    if (bytes.length > limit) {
      throw Refusals.tooLong(path, bytes.length, limit);
    }
    checkWritable(path);
    try (FilePlace place = find(path, true)) {
      Optional<PosixFileAttributes> old = place.attributes();
      if (old.isPresent()) {
        checkWritable(path, old.get());
      }
      place.put(bytes, old.map(PosixFileAttributes::permissions));
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  @Override
  public void copy(String from, String to, int limit) throws ToolException {
    WorkspacePath source = parse(from);
    WorkspacePath target = parse(to);
    byte[] bytes;
    try (FilePlace place = find(source, false)) {
      bytes = bytes(place, source, limit + 1);
    } catch (IOException e) {
      throw failure(source, e);
    }
    if (bytes.length > limit) {
      throw Refusals.tooLong(source, limit);
    }
    checkWritable(target);
    try (FilePlace place = find(target, true)) {
      if (place.attributes().isPresent()) {
        throw Refusals.taken(target);
      }
      place.put(bytes, Optional.empty());
    } catch (IOException e) {
      throw failure(target, e);
    }
  }

  @Override
  public List<String> list(String text, int limit) throws ToolException {
    WorkspacePath path = parse(text);
    try (var folder = root.folder(path)) {
      return Listing.shown(RootFolder.entries(folder, limit));
    } catch (NotDirectoryException e) {
      throw Refusals.notFolder(path);
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  @Override
  public List<String> files(int limit) throws ToolException {
    List<String> files = new ArrayList<>();
    WorkspacePath path = new WorkspacePath(List.of());
    try (var folder = root.folder(path)) {
      walk(folder, path, files, limit);
      return List.copyOf(files);
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  private static int walk(
      SecureDirectoryStream<Path> folder, WorkspacePath path, List<String> files, int limit)
      throws IOException {
    int left = limit;
    for (Listing.Entry entry : RootFolder.entries(folder, limit)) {
      left--;
      WorkspacePath child = path.child(entry.name());
      if (!entry.folder()) {
        files.add(child.toString());
      } else if (left > 0 && child.names().size() < WorkspacePath.DEEPEST) {
        try (var inner = new FilePlace(folder, Path.of(entry.name())).open()) {
          left = walk(inner, child, files, left);
        }
      }
      if (left <= 0) {
        return 0;
      }
    }
    return left;
  }

  @Override
  public boolean exists(String text) throws ToolException {
    WorkspacePath path = parse(text);
    try (FilePlace place = find(path, false)) {
      return place.attributes().filter(PosixFileAttributes::isRegularFile).isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public String canonical(String path) throws ToolException {
    return parse(path).toString();
  }

  /** As ever, what is looked at may be swapped before the program comes to it. */
  @Override
  public void requireInside(String text) throws ToolException {
    WorkspacePath path = parse(text);
    if (path.isRoot()) {
      return;
    }
    checkWritable(path);
    try (FilePlace place = find(path, false)) {
      Optional<PosixFileAttributes> found = place.attributes();
      if (found.isPresent() && !found.get().isDirectory()) {
        checkWritable(path, found.get());
      }
    } catch (NoSuchFileException e) {
      return; // a name for something new, or a word
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  @Override
  public void close() {
    try {
      root.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An absolute path must lie in the folder, by the name it was opened under or its real one. */
  private WorkspacePath parse(String text) throws ToolException {
    if (!text.startsWith("/")) {
      return WorkspacePath.parse(text);
    }
    for (Path folder : List.of(given, root.path())) {
      String prefix = folder.getParent() == null ? "/" : folder + "/";
      if (text.startsWith(prefix)) {
        return WorkspacePath.parse("./" + text.substring(prefix.length()));
      }
      if (text.equals(folder.toString())) {
        return WorkspacePath.parse(".");
      }
    }
    throw WorkspacePath.outside(text);
  }

  private void checkWritable(WorkspacePath path) throws ToolException {
    if (!path.isRoot() && guarded.contains(root.path(path))) {
      throw unwritable(path);
    }
  }

  private void checkWritable(WorkspacePath path, PosixFileAttributes file)
      throws IOException, ToolException {
    checkFile(path, file);
    if (guarded.contains(file)) {
      throw unwritable(path);
    }
  }

  private static ToolException unwritable(WorkspacePath path) {
    return new ToolException(path + " is not for tools to write");
  }

  private FilePlace find(WorkspacePath path, boolean makeFolders)
      throws IOException, ToolException {
    if (path.isRoot()) {
      throw Refusals.root();
    }
    return root.find(path, makeFolders);
  }

  /** The beginning of a file that tools may read. */
  private byte[] bytes(FilePlace place, WorkspacePath path, int limit)
      throws IOException, ToolException {
    PosixFileAttributes file =
        place.attributes().orElseThrow(() -> new NoSuchFileException(path.toString()));
    checkFile(path, file);
    return place.read(file.size(), limit);
  }

  /** A regular file with one name. */
  private void checkFile(WorkspacePath path, PosixFileAttributes file)
      throws IOException, ToolException {
    if (file.isSymbolicLink()) {
      throw new ToolException(path + " is a link");
    }
    if (file.isDirectory()) {
      throw Refusals.folder(path);
    }
    if (!file.isRegularFile()) {
      throw new ToolException(path + " is not a regular file");
    }
    Map<String, Object> byPath =
        Files.readAttributes(root.path(path), "unix:fileKey,nlink", LinkOption.NOFOLLOW_LINKS);
    if (!file.fileKey().equals(byPath.get("fileKey"))) {
      throw new ToolException(path + " changed while it was looked at");
    }
    if ((int) byPath.get("nlink") > 1) {
      throw new ToolException(path + " has another name, which may be outside the workspace");
    }
  }

  private static ToolException failure(WorkspacePath path, IOException e) {
    if (e instanceof NoSuchFileException) {
      return Refusals.missing(path);
    }
    if (e instanceof NotDirectoryException) {
      return Refusals.belowFile(path);
    }
    String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return new ToolException(path + ": " + (reason == null ? "cannot be used" : reason), e);
  }
}
