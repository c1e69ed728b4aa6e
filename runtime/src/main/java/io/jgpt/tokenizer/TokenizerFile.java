package io.jgpt.tokenizer;

import io.jgpt.error.ModelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Reads the files of a tokenizer whole, within limits. */
final class TokenizerFile {

  /** The largest tokenizer.json in use, with 256,000 tokens, has 34 MB. */
  static final long MAX_BYTES = 64L << 20;

  /**
   * More tokens than any vocabulary in use; an id beyond it is damage, not a reason to allocate.
   */
  static final int MAX_TOKENS = 1 << 22;

  /** Files have 20 bytes per token or more; with merges and line breaks 70. */
  private static final int BYTES_PER_TOKEN = 32;

  private TokenizerFile() {}

  /** A table with about the room that the tokens in a file of so many bytes need. */
  static TokenTable table(int bytes) {
    return new TokenTable(Math.min(bytes / BYTES_PER_TOKEN, MAX_TOKENS));
  }

  static byte[] read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new ModelException("tokenizer.irregular", file); // a pipe or device may never end
    }
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new ModelException("tokenizer.tooLarge", file, size, MAX_BYTES);
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new ModelException(e, "tokenizer.unreadable", file, String.valueOf(e.getMessage()));
    }
  }

  /** The object in a JSON file; one without entries if there is no such file. */
  static Json.Table settings(Path file) {
    if (!Files.exists(file)) {
      return new Json.Table(file, Map.of());
    }
    var reader = new JsonReader(file, read(file));
    if (reader.peek() != '{') {
      throw new ModelException("tokenizer.badJson", file, "an object expected", 0);
    }
    Json value = reader.value();
    reader.end();
    return (Json.Table) value;
  }

  /**
   * Fails unless {@code id} can be that of a token not yet in {@code tokens}.
   *
   * @param text holds the token's spelling at [from, to), for the message
   */
  static void checkFree(Path file, TokenTable tokens, int id, byte[] text, int from, int to) {
    if (id >= 0 && id < MAX_TOKENS && !tokens.has(id)) {
      return;
    }
    String piece = shown(new String(text, from, to - from, StandardCharsets.UTF_8));
    throw tokens.has(id)
        ? new ModelException("tokenizer.takenId", file, piece, id)
        : new ModelException("tokenizer.badId", file, piece, id, MAX_TOKENS - 1);
  }

  /** A piece of a file as one short line. */
  static String shown(String piece) {
    String line = piece.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= 40 ? line : line.substring(0, 40) + "...";
  }
}
