package io.jgpt.model;

import io.jgpt.error.ModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Opens files of a model directory; what goes wrong becomes a {@link ModelException}. */
final class ModelFiles {

  private ModelFiles() {}

  /**
   * Opens for reading. Links are followed, since a hub cache consists of them, but what they lead
   * to has to be a regular file: opening a pipe would wait for its writer.
   */
  static FileChannel open(Path file) {
    if (!Files.exists(file)) {
      throw new ModelException("model.file.missing", file);
    }
    if (!Files.isRegularFile(file)) {
      throw new ModelException("model.file.irregular", file);
    }
    try {
      return FileChannel.open(file, StandardOpenOption.READ);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** The bytes of a small file. */
  static byte[] readAll(Path file, int limit) {
    try (FileChannel channel = open(file)) {
      long size = channel.size();
      if (size > limit) {
        throw new ModelException("model.file.large", file, size, limit);
      }
      return read(file, channel, 0, (int) size);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** {@code count} bytes from {@code position} on; an error if the file ends before. */
  static byte[] read(Path file, FileChannel channel, long position, int count) {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    try {
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, position + bytes.position()) < 0) {
          throw new ModelException("model.file.shrunk", file, position + bytes.position());
        }
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    return bytes.array();
  }

  static ModelException unreadable(Path file, IOException e) {
    String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new ModelException(e, "model.file.unreadable", file, reason);
  }
}
