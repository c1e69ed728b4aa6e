package io.jgpt.tokenizer;

import io.jgpt.error.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Opens the tokenizer of a model directory, the first of
 *
 * <ol>
 *   <li>{@code tokenizer.json}: byte-level BPE or WordPiece with its steps,
 *   <li>{@code vocab.json} with {@code merges.txt}: byte-level BPE as GPT-2 has it,
 *   <li>{@code vocab.txt}: WordPiece as BERT has it.
 * </ol>
 *
 * {@code tokenizer_config.json}, {@code special_tokens_map.json} and {@code added_tokens.json} add
 * to it where they are there.
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
    if (Files.exists(modelDirectory.resolve("tokenizer.json"))) {
      return Optional.of(TokenizerJsonReader.read(modelDirectory));
    }
    if (Files.exists(modelDirectory.resolve("vocab.json"))
        || Files.exists(modelDirectory.resolve("merges.txt"))) {
      return Optional.of(VocabMergesReader.read(modelDirectory));
    }
    if (Files.exists(modelDirectory.resolve("vocab.txt"))) {
      return Optional.of(WordPieceReader.read(modelDirectory));
    }
    return Optional.empty();
  }
}
