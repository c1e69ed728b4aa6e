package io.jgpt.engine.cpu;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * One model's int8 weights as a file of the cache directory, {@code int8-KEY.bin}:
 *
 * <pre>
 *    0  32  magic: SHA-256 of the format's name and version
 *   32  32  key: SHA-256 of the matrices' names, types, shapes and the checksums of their bytes
 *   64  32  SHA-256 of the checksums of the body
 *   96  32  zeros
 *  128   .  body: the matrices, see {@link QuantizedMatrices}
 * </pre>
 *
 * <p>Every byte of the source counts in the key, by a CRC-32 for each MiB: this runs at memory
 * speed (500 MB in 15 ms), where SHA-256 over all of it would take longer than to quantize anew. A
 * change that leaves the key as it was must hit one chance in 2^32 in each MiB that it touches.
 *
 * <p>A file is written aside, then renamed, so that none is ever seen half written; one that is
 * damaged all the same is not used, and replaced.
 */
final class QuantizationCache {

  private static final int HEADER = 128;
  private static final long CHUNK = 1 << 20;

  private final Path directory;
  private final WorkerThreads workers;
  private final byte[] key;
  private final Path file;

  QuantizationCache(Path directory, List<CpuWeights.Matrix> matrices, WorkerThreads workers) {
    this.directory = directory;
    this.workers = workers;
    this.key = key(matrices);
    this.file = directory.resolve("int8-" + HexFormat.of().formatHex(key, 0, 16) + ".bin");
  }

  /** The body, mapped read-only until {@code arena} closes; empty if there is no sound one. */
  Optional<MemorySegment> read(long size, Arena arena) {
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() != HEADER + size) {
        return Optional.empty();
      }
      var whole = channel.map(FileChannel.MapMode.READ_ONLY, 0, HEADER + size, arena);
      MemorySegment body = whole.asSlice(HEADER);
      ByteBuffer expected = header(body);
      boolean sound = whole.asSlice(0, HEADER).mismatch(MemorySegment.ofBuffer(expected)) < 0;
      return sound ? Optional.of(body) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // unreadable is as good as absent: writing will tell
    }
  }

  /** Writes the file aside and renames it. */
  void write(MemorySegment body) throws IOException {
    Files.createDirectories(directory);
    Path aside = Files.createTempFile(directory, "int8-", ".part");
    try {
      try (var channel = FileChannel.open(aside, StandardOpenOption.WRITE)) {
        writeFully(channel, header(body));
        for (long at = 0; at < body.byteSize(); at += 64 * CHUNK) {
          long length = Math.min(64 * CHUNK, body.byteSize() - at);
          writeFully(channel, body.asSlice(at, length).asByteBuffer());
        }
      }
      Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(aside);
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private ByteBuffer header(MemorySegment body) {
    var header = ByteBuffer.allocate(HEADER);
    header.put(sha256("jgpt int8 weights 1")).put(key);
    header.put(sha256(Arrays.toString(checksums(body))));
    return header.rewind();
  }

  private byte[] key(List<CpuWeights.Matrix> matrices) {
    var description = new StringBuilder();
    for (CpuWeights.Matrix matrix : matrices) {
      description.append(matrix.weight()).append(matrix.outIn() ? " [out, in]" : " [in, out]");
      description.append(' ').append(Arrays.toString(checksums(matrix.weight().data())));
      description.append('\n');
    }
    return sha256(description.toString());
  }

  /** A CRC-32 for each chunk. */
  private long[] checksums(MemorySegment bytes) {
    var checksums = new long[Math.toIntExact(Math.ceilDiv(bytes.byteSize(), CHUNK))];
    workers.run(
        checksums.length,
        (chunk, worker) -> {
          long first = chunk * CHUNK;
          var crc = new CRC32();
          crc.update(
              bytes.asSlice(first, Math.min(CHUNK, bytes.byteSize() - first)).asByteBuffer());
          checksums[chunk] = crc.getValue();
        });
    return checksums;
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
