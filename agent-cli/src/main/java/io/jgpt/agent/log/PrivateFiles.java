package io.jgpt.agent.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/** Files and directories that only their owner may read, from the moment they exist. */
public final class PrivateFiles {

  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
  private static final Set<PosixFilePermission> OTHERS =
      PosixFilePermissions.fromString("---rwxrwx");

  /** The file by which processes wait for each other; it stays. */
  public static final String LOCK = "lock";

  private PrivateFiles() {}

  private static FileAttribute<?>[] permissions(String permissions) {
    return POSIX
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  /** Makes a directory, with those above it, if it is not there. */
  public static Path directory(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory, permissions("rwx------"));
    }
    return directory;
  }

  /** Makes an empty file. */
  static void create(Path file) throws IOException {
    Files.createFile(file, permissions("rw-------"));
  }

  /** Replaces what is in a file, at once or not at all. */
  public static void replace(Path file, byte[] content) throws IOException {
    Path aside = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(aside);
    create(aside);
    try (FileChannel channel = FileChannel.open(aside, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Writes a file, at once or not at all, wherever it is.
   *
   * @param over whether it may take the place of one that is there
   * @throws FileAlreadyExistsException if it may not
   */
  public static void save(Path file, byte[] content, boolean over) throws IOException {
    if (!over) {
      create(file); // so that nobody else can, meanwhile
    } else if (Files.isDirectory(file)) {
      throw new FileSystemException(file.toString(), null, "a directory");
    }
    Path directory = file.toAbsolutePath().getParent();
    try {
      Path aside = Files.createTempFile(directory, ".jgpt-", ".new", permissions("rw-------"));
      try {
        Files.write(aside, content);
        Files.move(
            aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(aside);
      }
    } catch (IOException e) {
      if (!over) {
        Files.deleteIfExists(file);
      }
      throw e;
    }
  }

  /**
   * What is in a file that holds a secret; nothing if it is not there.
   *
   * @throws IOException if others may read or write it, or it is no regular file
   */
  public static Optional<byte[]> secret(Path file) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileSystemException(file.toString(), null, "not a regular file");
    }
    if (POSIX
        && Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS).stream()
            .anyMatch(OTHERS::contains)) {
      throw new FileSystemException(
          file.toString(), null, "others may use the key " + file + "; chmod 600 " + file);
    }
    return Optional.of(Files.readAllBytes(file));
  }

  /**
   * Waits until no other process holds the lock of a directory, and holds it until it is closed.
   * Not to be taken twice.
   */
  public static Closeable lock(Path directory) throws IOException {
    Path file = directory(directory).resolve(LOCK);
    if (!Files.exists(file)) {
      try {
        create(file);
      } catch (FileAlreadyExistsException e) {
        return locked(file); // by another process, just now
      }
    }
    return locked(file);
  }

  private static Closeable locked(Path file) throws IOException {
    var channel = FileChannel.open(file, StandardOpenOption.WRITE);
    try {
      channel.lock();
      return channel;
    } catch (IOException | OverlappingFileLockException e) {
      channel.close();
      throw e;
    }
  }
}
