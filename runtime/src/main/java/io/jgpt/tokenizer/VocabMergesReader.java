package io.jgpt.tokenizer;

import io.jgpt.error.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads GPT-2's own files: {@code vocab.json} and {@code merges.txt}. */
final class VocabMergesReader {

  private VocabMergesReader() {}

  static Tokenizer read(Path directory) {
    Path vocabFile = directory.resolve("vocab.json");
    Path mergesFile = directory.resolve("merges.txt");
    for (Path file : new Path[] {vocabFile, mergesFile}) {
      if (!Files.exists(file)) {
        throw new ModelException("tokenizer.missingFile", directory, file.getFileName());
      }
    }
    var json = new JsonReader(vocabFile, TokenizerFile.read(vocabFile));
    TokenTable tokens = BytePairReader.vocabulary(vocabFile, json);
    json.end();
    MergeTable merges = BytePairReader.merges(mergesFile, TokenizerFile.read(mergesFile), tokens);

    Json.Table config = TokenizerFile.settings(directory.resolve("tokenizer_config.json"));
    var specials =
        new SpecialTokens(
            directory, tokens, piece -> BytePairTokenizer.find(tokens, piece), config);
    specials.addFromDirectory();
    specials.addSpecial("<|endoftext|>");
    return new BytePairTokenizer(
        new BytePairModel(tokens, merges, BytePairModel.Unknown.DROPPED, false),
        new TextPipeline(
            new AddedTokens(specials.all(), Normalizer.NONE),
            Normalizer.NONE,
            new ByteLevelSplitter(config.flag("add_prefix_space", false), true)));
  }
}
