package io.jgpt.testing;

import io.jgpt.agent.tool.ToolSpec;
import io.jgpt.agent.tool.Toolbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A GPT-2 of random weights whose vocabulary is that of a model which acts: every byte, the special
 * tokens of actions, a token for each standard tool. What it does has no sense.
 */
public final class ActingModel {

  /** Most tokens of a run and its next action. */
  public static final int CONTEXT = 320;

  private static final int FIRST_SPECIAL = 256;

  private ActingModel() {}

  /** The special tokens, in the order of their ids. */
  public static List<String> specials() {
    List<String> names =
        new ArrayList<>(
            List.of("endoftext", "goal", "think", "act", "arg", "obs", "end", "finish"));
    for (ToolSpec spec : Toolbox.standard().specs()) {
      if (!spec.name().equals("finish")) {
        names.add(spec.name());
      }
    }
    return names.stream().map(name -> "<|" + name + "|>").toList();
  }

  /** Writes the model into {@code directory}, which is made. */
  public static Path write(Path directory, long seed) {
    try {
      Files.createDirectories(directory);
      int v = FIRST_SPECIAL + specials().size();
      Files.writeString(
          directory.resolve("config.json"),
          """
          {"model_type": "gpt2", "vocab_size": %d, "n_positions": %d, "n_embd": 16, "n_layer": 1,
           "n_head": 2, "bos_token_id": 256, "eos_token_id": 256, "tie_word_embeddings": false}
          """
              .formatted(v, CONTEXT));
      Files.writeString(directory.resolve("tokenizer.json"), tokenizer());
      new TinyCheckpoint(seed, v, CONTEXT, 16).write(directory);
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String tokenizer() {
    var vocabulary = new StringBuilder(TinyCheckpoint.bytes());
    var added = new StringBuilder();
    int id = FIRST_SPECIAL;
    for (String special : specials()) {
      vocabulary.append(", \"%s\": %d".formatted(special, id));
      added.append(added.isEmpty() ? "" : ",");
      added.append(
          """
          {"id": %d, "content": "%s", "special": true, "single_word": false, "lstrip": false,
           "rstrip": false, "normalized": false}"""
              .formatted(id++, special));
    }
    return """
        {"version": "1.0", "added_tokens": [%s], "normalizer": null, "post_processor": null,
         "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false},
         "decoder": {"type": "ByteLevel"},
         "model": {"type": "BPE", "vocab": {%s}, "merges": []}}
        """
        .formatted(added, vocabulary);
  }
}
