package io.jgpt.tokenizer;

import io.jgpt.error.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Opens the tokenizer of a model directory: {@code vocab.json} with {@code merges.txt} (byte-level
 * BPE).
 */
public final class Tokenizers {

  private Tokenizers() {}

  /**
   * The directory's tokenizer.
   *
   * @throws ModelException if it has none, or one that is damaged or of a kind that is not
   *     supported
   */
  public static Tokenizer open(Path modelDirectory) {
    return find(modelDirectory)
        .orElseThrow(() -> new ModelException("tokenizer.none", modelDirectory));
  }

  /**
   * The directory's tokenizer, empty if it has none: such a model is used by token ids alone.
   *
   * @throws ModelException if it has one that is damaged or of a kind that is not supported
   */
  public static Optional<Tokenizer> find(Path modelDirectory) {
    if (Files.exists(modelDirectory.resolve("vocab.json"))) {
      return Optional.of(VocabMergesReader.read(modelDirectory));
    }
    return Optional.empty();
  }
}
