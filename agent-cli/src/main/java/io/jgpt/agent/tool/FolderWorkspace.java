package io.jgpt.agent.tool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A workspace that is a folder on disk. May be used from any thread.
 *
 * <p>What is checked is what is used: the folder is opened once, every path is walked from there
 * name by name through open directories ({@code openat}), and no step follows a link. So a folder
 * or file that somebody swaps for a link between two steps is an error and not a way out. A file is
 * never written in place: the new content goes into a new file that then takes the old one's name,
 * so that neither a link put there at the last moment nor a hard link is written through.
 *
 * <p>One thing is looked up by path, because Java cannot ask an open file: how many names a file
 * has. A file with several is refused, for one of them may be outside. Who can make hard links in
 * the folder between that check and the reading can read the file anyway.
 */
public final class FolderWorkspace implements Workspace {

  private static final LinkOption NOFOLLOW = LinkOption.NOFOLLOW_LINKS;
  private static final Path HERE = Path.of(".");
  private static final int CHUNK = 64 << 10;

  private final Path given;
  private final Path root;
  private final SecureDirectoryStream<Path> top;
  private final Set<Path> guardedPaths;
  private final Set<Object> guardedKeys;

  private FolderWorkspace(
      Path given,
      Path root,
      SecureDirectoryStream<Path> top,
      Set<Path> guardedPaths,
      Set<Object> guardedKeys) {
    this.given = given;
    this.root = root;
    this.top = top;
    this.guardedPaths = guardedPaths;
    this.guardedKeys = guardedKeys;
  }

  /**
   * Opens a folder.
   *
   * @param folder exists; the links on the way to it are followed once, now
   * @param guarded files that no tool may write wherever they are: policy, transcripts, profile
   * @throws IOException if there is no such folder, or its file system cannot be walked safely
   */
  public static FolderWorkspace open(Path folder, Collection<Path> guarded) throws IOException {
    Path root = folder.toRealPath();
    Set<Path> guardedPaths = new HashSet<>();
    Set<Object> guardedKeys = new HashSet<>();
    for (Path path : guarded) {
      Path absolute = path.toAbsolutePath().normalize();
      guardedPaths.add(absolute);
      if (Files.exists(absolute)) {
        guardedPaths.add(absolute.toRealPath());
        guardedKeys.add(Files.getAttribute(absolute, "unix:fileKey"));
      }
    }
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(root)) {
      if (!(stream instanceof SecureDirectoryStream<Path> secure)) {
        throw new FileSystemException(
            folder.toString(), null, "cannot be walked without following links on this system");
      }
      return new FolderWorkspace(
          folder.toAbsolutePath().normalize(),
          root,
          secure.newDirectoryStream(HERE, NOFOLLOW),
          guardedPaths,
          guardedKeys);
    }
  }

  /** The folder, with no link on the way to it. */
  public Path root() {
    return root;
  }

  @Override
  public Content read(String text, int limit) throws ToolException {
    WorkspacePath path = parse(text);
    try (Place place = find(path, false)) {
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
      throw new ToolException(path + " would have " + bytes.length + " bytes, at most " + limit);
    }
    checkWritable(path);
    try (Place place = find(path, true)) {
      Optional<PosixFileAttributes> old = attributes(place);
      if (old.isPresent()) {
        checkFile(path, old.get());
      }
      put(place, path, bytes, old);
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  @Override
  public void copy(String from, String to, int limit) throws ToolException {
    WorkspacePath source = parse(from);
    WorkspacePath target = parse(to);
    byte[] bytes;
    try (Place place = find(source, false)) {
      bytes = bytes(place, source, limit + 1);
    } catch (IOException e) {
      throw failure(source, e);
    }
    if (bytes.length > limit) {
      throw new ToolException(source + " has more than " + limit + " bytes");
    }
    checkWritable(target);
    try (Place place = find(target, true)) {
      if (attributes(place).isPresent()) {
        throw new ToolException(target + " already exists");
      }
      put(place, target, bytes, Optional.empty());
    } catch (IOException e) {
      throw failure(target, e);
    }
  }

  @Override
  public List<String> list(String text, int limit) throws ToolException {
    WorkspacePath path = parse(text);
    try (var folder = folder(path)) {
      return Listing.shown(children(folder, limit));
    } catch (NotDirectoryException e) {
      throw WorkspacePath.notFolder(path);
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  @Override
  public List<String> files(int limit) throws ToolException {
    List<String> files = new ArrayList<>();
    WorkspacePath path = new WorkspacePath(List.of());
    try (var folder = folder(path)) {
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
    for (Listing.Entry entry : children(folder, limit)) {
      left--;
      WorkspacePath child = path.child(entry.name());
      if (!entry.folder()) {
        files.add(child.toString());
      } else if (left > 0 && child.names().size() < WorkspacePath.DEEPEST) {
        try (var inner = folder.newDirectoryStream(Path.of(entry.name()), NOFOLLOW)) {
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
    try (Place place = find(path, false)) {
      return attributes(place).filter(PosixFileAttributes::isRegularFile).isPresent();
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
    try (Place place = find(path, false)) {
      Optional<PosixFileAttributes> found = attributes(place);
      if (found.isPresent() && !found.get().isDirectory()) {
        checkFile(path, found.get());
        checkNotGuarded(path, found.get());
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
      top.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An absolute path must lie in the folder, by the name it was opened under or its real one. */
  private WorkspacePath parse(String text) throws ToolException {
    if (!text.startsWith("/")) {
      return WorkspacePath.parse(text);
    }
    for (Path folder : List.of(given, root)) {
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
    if (path.isRoot()) {
      throw new ToolException("the workspace itself is no file");
    }
    if (guardedPaths.contains(root.resolve(path.toString()))) {
      throw guarded(path);
    }
  }

  private void checkNotGuarded(WorkspacePath path, PosixFileAttributes file) throws ToolException {
    if (guardedKeys.contains(file.fileKey())) {
      throw guarded(path);
    }
  }

  private static ToolException guarded(WorkspacePath path) {
    return new ToolException(path + " is not for tools to write");
  }

  // --- open directories -------------------------------------------------------------------------

  /** A name in an open directory, which closing closes. */
  private record Place(SecureDirectoryStream<Path> folder, Path name) implements AutoCloseable {

    @Override
    public void close() throws IOException {
      folder.close();
    }
  }

  private Place find(WorkspacePath path, boolean makeFolders) throws IOException, ToolException {
    if (path.isRoot()) {
      throw new ToolException("the workspace itself is no file");
    }
    int last = path.names().size() - 1;
    var folder = top.newDirectoryStream(HERE, NOFOLLOW);
    try {
      for (String name : path.names().subList(0, last)) {
        var next = descend(folder, Path.of(name), makeFolders);
        folder.close();
        folder = next;
      }
      return new Place(folder, Path.of(path.names().get(last)));
    } catch (IOException | RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  private SecureDirectoryStream<Path> folder(WorkspacePath path) throws IOException, ToolException {
    if (path.isRoot()) {
      return top.newDirectoryStream(HERE, NOFOLLOW);
    }
    try (Place place = find(path, false)) {
      return place.folder.newDirectoryStream(place.name, NOFOLLOW);
    }
  }

  private SecureDirectoryStream<Path> descend(
      SecureDirectoryStream<Path> folder, Path name, boolean make) throws IOException {
    try {
      return folder.newDirectoryStream(name, NOFOLLOW);
    } catch (NoSuchFileException e) {
      if (!make) {
        throw e;
      }
      makeFolder(folder, name);
      return folder.newDirectoryStream(name, NOFOLLOW);
    }
  }

  /** Java has no {@code mkdirat}: the folder is made at the top and moved to its place. */
  private void makeFolder(SecureDirectoryStream<Path> parent, Path name) throws IOException {
    Path made = Path.of(passingName());
    Files.createDirectory(root.resolve(made));
    try {
      top.move(made, parent, name);
    } catch (IOException e) {
      top.deleteDirectory(made);
      throw e;
    }
  }

  private static List<Listing.Entry> children(SecureDirectoryStream<Path> folder, int limit)
      throws IOException {
    List<Listing.Entry> children = new ArrayList<>();
    for (Path child : folder) {
      if (children.size() >= limit) {
        break;
      }
      String name = child.getFileName().toString();
      Optional<PosixFileAttributes> found = attributes(new Place(folder, Path.of(name)));
      if (found.isPresent() && (found.get().isDirectory() || found.get().isRegularFile())) {
        Listing.entry(name, found.get().isDirectory()).ifPresent(children::add);
      }
    }
    children.sort(null);
    return children;
  }

  // --- files ------------------------------------------------------------------------------------

  private static Optional<PosixFileAttributes> attributes(Place place) throws IOException {
    try {
      var view =
          place.folder.getFileAttributeView(place.name, PosixFileAttributeView.class, NOFOLLOW);
      return Optional.of(view.readAttributes());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private byte[] bytes(Place place, WorkspacePath path, int limit)
      throws IOException, ToolException {
    PosixFileAttributes file =
        attributes(place).orElseThrow(() -> new NoSuchFileException(path.toString()));
    checkFile(path, file);
    ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(limit, Math.max(file.size(), CHUNK)));
    try (SeekableByteChannel channel =
        place.folder.newByteChannel(place.name, Set.of(StandardOpenOption.READ, NOFOLLOW))) {
      while (channel.read(bytes) >= 0) {
        if (!bytes.hasRemaining()) {
          if (bytes.capacity() == limit) {
            break;
          }
          // It has grown since it was looked at.
          bytes = ByteBuffer.allocate(limit).put(bytes.flip());
        }
      }
    }
    byte[] read = new byte[bytes.position()];
    bytes.flip().get(read);
    return read;
  }

  /** A regular file with one name, and not one of those that tools leave alone. */
  private void checkFile(WorkspacePath path, PosixFileAttributes file)
      throws IOException, ToolException {
    if (file.isSymbolicLink()) {
      throw new ToolException(path + " is a link");
    }
    if (file.isDirectory()) {
      throw new ToolException(path + " is a folder");
    }
    if (!file.isRegularFile()) {
      throw new ToolException(path + " is not a regular file");
    }
    Map<String, Object> byPath =
        Files.readAttributes(root.resolve(path.toString()), "unix:fileKey,nlink", NOFOLLOW);
    if (!file.fileKey().equals(byPath.get("fileKey"))) {
      throw new ToolException(path + " changed while it was looked at");
    }
    if ((int) byPath.get("nlink") > 1) {
      throw new ToolException(path + " has another name, which may be outside the workspace");
    }
  }

  private void put(
      Place place, WorkspacePath path, byte[] content, Optional<PosixFileAttributes> old)
      throws IOException, ToolException {
    if (old.isPresent()) {
      checkNotGuarded(path, old.get());
    }
    Path passing = Path.of(passingName());
    try {
      try (SeekableByteChannel channel =
          place.folder.newByteChannel(
              passing, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW, NOFOLLOW))) {
        ByteBuffer left = ByteBuffer.wrap(content);
        while (left.hasRemaining()) {
          channel.write(left);
        }
        if (channel instanceof FileChannel file) {
          file.force(true);
        }
      }
      if (old.isPresent()) {
        place
            .folder
            .getFileAttributeView(passing, PosixFileAttributeView.class, NOFOLLOW)
            .setPermissions(old.get().permissions());
      }
      place.folder.move(passing, place.folder, place.name);
    } catch (IOException e) {
      deleteIfThere(place.folder, passing);
      throw e;
    }
  }

  private static void deleteIfThere(SecureDirectoryStream<Path> folder, Path name)
      throws IOException {
    try {
      folder.deleteFile(name);
    } catch (NoSuchFileException e) {
      // Nothing was made.
      return;
    }
  }

  /** Starts with a dot, so that no tool sees it. */
  private static String passingName() {
    return ".jgpt-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
  }

  private static ToolException failure(WorkspacePath path, IOException e) {
    if (e instanceof NoSuchFileException) {
      return new ToolException("no file " + path, e);
    }
    if (e instanceof NotDirectoryException) {
      return WorkspacePath.belowFile(path);
    }
    String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return new ToolException(path + ": " + (reason == null ? "cannot be used" : reason), e);
  }
}
