package io.jgpt.model;

import io.jgpt.error.ModelException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file, mapped. Opening reads the header and no byte of a tensor.
 *
 * <pre>
 *   0           8                                     8 + N                      end of file
 *   +-----------+-------------------------------------+------------------------------+
 *   | N         | header: JSON, N bytes, UTF-8        | data                         |
 *   | u64, LE   | (may end in spaces for alignment)   | tensors, LE, without gaps    |
 *   +-----------+-------------------------------------+------------------------------+
 *
 *   {"__metadata__": {"format": "pt"},                          strings only, optional
 *    "wte.weight": {"dtype": "F32", "shape": [50257, 768],
 *                   "data_offsets": [0, 154389504]}, ...}       counted from 8 + N, end exclusive
 * </pre>
 *
 * <p>The file is hostile until shown otherwise: the header's length is checked against the file,
 * every offset against the data, before anything is mapped. Immutable; safe for use by any number
 * of threads.
 */
public final class Safetensors {

  /**
   * Longest header taken. The format allows 100 MB; a GPT-2 with 48 layers has 60 kB, and what is
   * parsed should stay small beside what it describes.
   */
  private static final int MAX_HEADER = 16 << 20;

  private static final int LENGTH_BYTES = 8;

  private final Path file;
  private final Map<String, SafetensorsHeader.Entry> entries;
  private final MemorySegment data;

  private Safetensors(Path file, Map<String, SafetensorsHeader.Entry> entries, MemorySegment data) {
    this.file = file;
    this.entries = entries;
    this.data = data;
  }

  /**
   * Checks the file and maps it.
   *
   * @param arena owns the mapping
   * @throws ModelException if the file is missing, unreadable, or not a valid safetensors file
   */
  public static Safetensors map(Path file, Arena arena) {
    try (FileChannel channel = ModelFiles.open(file)) {
      long size = channel.size();
      int headerLength = headerLength(file, channel, size);
      long dataStart = LENGTH_BYTES + (long) headerLength;
      byte[] header = ModelFiles.read(file, channel, LENGTH_BYTES, headerLength);
      if (header[0] != '{') {
        throw new ModelException("model.safetensors.start", file, header[0] & 0xff);
      }
      var entries = SafetensorsHeader.parse(file, JsonFields.utf8(file, header), size - dataStart);
      MemorySegment mapping = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
      return new Safetensors(file, entries, mapping.asSlice(dataStart));
    } catch (IOException e) {
      throw ModelFiles.unreadable(file, e);
    }
  }

  private static int headerLength(Path file, FileChannel channel, long size) {
    if (size <= LENGTH_BYTES) {
      throw new ModelException("model.safetensors.short", file, size);
    }
    byte[] bytes = ModelFiles.read(file, channel, 0, LENGTH_BYTES);
    long length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (Long.compareUnsigned(length, size - LENGTH_BYTES) > 0) {
      throw new ModelException(
          "model.safetensors.header", file, Long.toUnsignedString(length), size);
    }
    if (length == 0 || length > MAX_HEADER) {
      throw new ModelException("model.safetensors.length", file, length, MAX_HEADER);
    }
    return (int) length;
  }

  /** Names of all tensors, in the header's order. */
  public Set<String> names() {
    return entries.keySet();
  }

  /** The file that this is. */
  public Path file() {
    return file;
  }

  /**
   * A tensor of a type that jgpt computes with.
   *
   * @throws ModelException if there is none of that name, or its type is another
   */
  public Tensor tensor(String name) {
    SafetensorsHeader.Entry entry = entries.get(name);
    if (entry == null) {
      throw new ModelException("model.tensor.absent", file, name, entries.size());
    }
    DType dtype =
        switch (entry.dtype()) {
          case "F32" -> DType.F32;
          case "F16" -> DType.F16;
          case "BF16" -> DType.BF16;
          default -> throw new ModelException("model.tensor.dtype", file, name, entry.dtype());
        };
    return new Tensor(
        name,
        dtype,
        entry.shape().stream().mapToLong(Long::longValue).toArray(),
        data.asSlice(entry.begin(), entry.end() - entry.begin()));
  }
}
