package io.jgpt.cli;

import io.jgpt.testing.TinyCheckpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A GPT-2 of one layer and random weights that writes lower-case letters and blanks: V 257 (every
 * byte, and end-of-text), P 64, C 16. Channel 0 behind the last LayerNorm is always 1, so that the
 * head's column 0 is a bias.
 */
final class TinyModel {

  static final int END_OF_TEXT = 256;
  static final int VOCABULARY = 257;
  static final int CONTEXT = 64;
  private static final int C = 16;

  private TinyModel() {}

  /** Writes the model into {@code directory}, which is made. */
  static Path write(Path directory) {
    try {
      Files.createDirectories(directory);
      writeFiles(directory);
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void writeFiles(Path directory) throws IOException {
    Files.writeString(
        directory.resolve("config.json"),
        """
        {"model_type": "gpt2", "vocab_size": 257, "n_positions": 64, "n_embd": 16, "n_layer": 1,
         "n_head": 2, "bos_token_id": 256, "eos_token_id": 256, "tie_word_embeddings": false}
        """);
    Files.writeString(
        directory.resolve("vocab.json"),
        "{" + TinyCheckpoint.bytes() + ", \"<|endoftext|>\": " + END_OF_TEXT + "}");
    Files.writeString(directory.resolve("merges.txt"), "#version: 0.2\n");
    var weights = new TinyCheckpoint(7, VOCABULARY, CONTEXT, C);
    weights.tensor("ln_f.weight")[0] = 0;
    weights.tensor("ln_f.bias")[0] = 1;
    float[] head = weights.tensor("lm_head.weight");
    for (int id = 0; id < VOCABULARY; id++) {
      boolean written = (id >= 'a' && id <= 'z') || id == ' ';
      head[id * C] = written ? 10 : -10;
    }
    weights.write(directory);
  }
}
