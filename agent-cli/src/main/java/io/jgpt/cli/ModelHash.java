package io.jgpt.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * Tells whether a model is still the one that it was: a SHA-256 of the names of the files that
 * decide what it writes, and of a CRC-32 for each MiB of them. Hashing some gigabytes with SHA-256
 * alone would take longer than to load them; against somebody who wants to deceive it is no help.
 */
final class ModelHash {

  private static final int CHUNK = 1 << 20;
  private static final Pattern COUNTS =
      Pattern.compile(
          "config\\.json|generation_config\\.json|tokenizer\\.json|vocab\\.json|merges\\.txt"
              + "|vocab\\.txt|.*\\.safetensors|.*\\.safetensors\\.index\\.json");

  private ModelHash() {}

  /** The hash of the model in a directory, in hexadecimal digits. */
  static String of(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = all.filter(file -> COUNTS.matcher(name(file)).matches()).sorted().toList();
    }
    var description = new StringBuilder();
    for (Path file : files) {
      description.append(name(file)).append('\n');
      try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
        for (long at = 0; at < channel.size(); at += CHUNK) {
          long length = Math.min(CHUNK, channel.size() - at);
          var crc = new CRC32();
          crc.update(channel.map(FileChannel.MapMode.READ_ONLY, at, length));
          description.append(crc.getValue()).append('\n');
        }
      }
    }
    return sha256(description.toString());
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  private static String sha256(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
