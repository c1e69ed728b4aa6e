package io.jgpt.agent.tool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Where a file is, or is to be: a name in an open directory. Nothing here looks a path up again,
 * and nothing follows a link.
 *
 * @param folder closed with this
 * @param name a single one
 */
record FilePlace(SecureDirectoryStream<Path> folder, Path name) implements AutoCloseable {

  private static final LinkOption NOFOLLOW = LinkOption.NOFOLLOW_LINKS;
  private static final int CHUNK = 64 << 10;

  /** What there is, if there is anything. */
  Optional<PosixFileAttributes> attributes() throws IOException {
    try {
      return Optional.of(view(name).readAttributes());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private PosixFileAttributeView view(Path of) {
    return folder.getFileAttributeView(of, PosixFileAttributeView.class, NOFOLLOW);
  }

  /** The directory of that name; the caller closes it. */
  SecureDirectoryStream<Path> open() throws IOException {
    return folder.newDirectoryStream(name, NOFOLLOW);
  }

  /**
   * The beginning of the file.
   *
   * @param size which it had when it was looked at
   * @param limit most bytes read
   */
  byte[] read(long size, int limit) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(limit, Math.max(size, CHUNK)));
    try (SeekableByteChannel channel =
        folder.newByteChannel(name, Set.of(StandardOpenOption.READ, NOFOLLOW))) {
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

  /**
   * Makes or replaces the file, at once or not at all: a new file takes the old one's name, so that
   * neither a link put there at the last moment nor a hard link is written through.
   *
   * @param permissions of the old file, if there is one
   */
  void put(byte[] content, Optional<Set<PosixFilePermission>> permissions) throws IOException {
    Path passing = passingName();
    try {
      write(passing, content);
      if (permissions.isPresent()) {
        view(passing).setPermissions(permissions.get());
      }
      folder.move(passing, folder, name);
    } catch (IOException e) {
      deleteIfThere(passing);
      throw e;
    }
  }

  private void write(Path passing, byte[] content) throws IOException {
    try (SeekableByteChannel channel =
        folder.newByteChannel(
            passing, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW, NOFOLLOW))) {
      ByteBuffer left = ByteBuffer.wrap(content);
      while (left.hasRemaining()) {
        channel.write(left);
      }
      if (channel instanceof FileChannel file) {
        file.force(true);
      }
    }
  }

  private void deleteIfThere(Path passing) throws IOException {
    try {
      folder.deleteFile(passing);
    } catch (NoSuchFileException e) {
      // Nothing was made.
      return;
    }
  }

  /** Of what is still being made. It starts with a dot, so that no tool sees it. */
  static Path passingName() {
    return Path.of(".jgpt-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()));
  }

  @Override
  public void close() throws IOException {
    folder.close();
  }
}
