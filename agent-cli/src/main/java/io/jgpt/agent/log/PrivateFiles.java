package io.jgpt.agent.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;

/** Files and directories that only their owner may read, from the moment they exist. */
public final class PrivateFiles {

  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
  private static final Set<PosixFilePermission> OTHERS =
      PosixFilePermissions.fromString("---rwxrwx");

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
   * The random bytes in a file, which is made if it is not there.
   *
   * @throws IOException if it has another length, or others may read or write it
   */
  public static byte[] secret(Path file, int length) throws IOException {
    directory(file.getParent());
    try {
      create(file);
      byte[] fresh = new byte[length];
      new SecureRandom().nextBytes(fresh);
      replace(file, fresh);
      return fresh;
    } catch (FileAlreadyExistsException e) {
      return existing(file, length, e);
    }
  }

  private static byte[] existing(Path file, int length, IOException cause) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new NoSuchFileException(file.toString(), null, "not a regular file");
    }
    if (POSIX
        && Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS).stream()
            .anyMatch(OTHERS::contains)) {
      throw new IOException("others may use the key " + file + "; chmod 600 " + file, cause);
    }
    byte[] bytes = Files.readAllBytes(file);
    if (bytes.length != length) {
      throw new IOException(
          "the key " + file + " has " + bytes.length + " bytes, not " + length, cause);
    }
    return bytes;
  }
}
