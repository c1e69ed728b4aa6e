package io.jgpt.tokenizer;

import io.jgpt.error.ModelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code tokenizer.json}: byte-level BPE or WordPiece, with the steps around it. */
final class TokenizerJsonReader {

  private static final String BPE = "BPE";
  private static final String WORD_PIECE = "WordPiece";

  /** Only BPE has these: files of 2019 to 2021, GPT-2's own among them, do not name the type. */
  private static final List<String> BPE_SETTINGS =
      List.of("dropout", "fuse_unk", "end_of_word_suffix");

  private final Path file;
  private final JsonReader json;
  private final Map<String, Json> parts = new HashMap<>();
  private final Map<String, Json> settings = new HashMap<>();
  private Optional<TokenTable> tokens = Optional.empty();
  private Optional<MergeTable> merges = Optional.empty();

  private TokenizerJsonReader(Path file) {
    this.file = file;
    json = new JsonReader(file, TokenizerFile.read(file));
  }

  static Tokenizer read(Path directory) {
    var reader = new TokenizerJsonReader(directory.resolve("tokenizer.json"));
    reader.readParts();
    return reader.tokenizer(directory);
  }

  private void readParts() {
    json.beginObject();
    while (json.hasNext()) {
      String key = json.key();
      switch (key) {
        case "model" -> readModel();
        case "added_tokens", "normalizer", "pre_tokenizer", "decoder" ->
            parts.put(key, json.value());
        default -> json.skip();
      }
    }
    json.end();
  }

  /**
   * Reads the vocabulary and then the merges as they come, which is the order that files have; a
   * part that comes too early to be understood is read at the end.
   */
  private void readModel() {
    int vocabAt = -1;
    int mergesAt = -1;
    json.beginObject();
    while (json.hasNext()) {
      String key = json.key();
      if (key.equals("vocab")) {
        vocabAt = json.position();
        if (isType(BPE) || isType(WORD_PIECE)) {
          readVocabulary();
        } else {
          json.skip();
        }
      } else if (key.equals("merges")) {
        mergesAt = json.position();
        if (isType(BPE) && tokens.isPresent()) {
          readMerges();
        } else {
          json.skip();
        }
      } else {
        settings.put(key, json.value());
      }
    }
    int end = json.position();
    if (!isType(BPE) && !isType(WORD_PIECE) && mergesAt >= 0 && !settings.containsKey("type")) {
      settings.put("type", new Json.Text(BPE));
    }
    checkType();
    if (tokens.isEmpty() && vocabAt >= 0) {
      json.seek(vocabAt);
      readVocabulary();
    }
    if (merges.isEmpty() && mergesAt >= 0 && isType(BPE) && tokens.isPresent()) {
      json.seek(mergesAt);
      readMerges();
    }
    json.seek(end);
  }

  private boolean isType(String type) {
    if (settings.containsKey("type")) {
      return settings.get("type").equals(new Json.Text(type));
    }
    return type.equals(BPE) && BPE_SETTINGS.stream().anyMatch(settings::containsKey);
  }

  private void checkType() {
    if (!isType(BPE) && !isType(WORD_PIECE)) {
      String type =
          settings.get("type") instanceof Json.Text text ? text.value() : "without a type";
      throw new ModelException("tokenizer.unsupportedModel", file, TokenizerFile.shown(type));
    }
  }

  private void readVocabulary() {
    tokens =
        Optional.of(
            isType(BPE)
                ? BytePairReader.vocabulary(file, json)
                : WordPieceReader.vocabulary(file, json));
  }

  private void readMerges() {
    merges = Optional.of(BytePairReader.merges(file, json, tokens.orElseThrow()));
  }

  private Tokenizer tokenizer(Path directory) {
    checkType(); // also where the file has no model at all
    if (tokens.isEmpty() || (isType(BPE) && merges.isEmpty())) {
      throw new ModelException(
          "tokenizer.missingPart", file, tokens.isEmpty() ? "model.vocab" : "model.merges");
    }
    var table = new Json.Table(file, parts);
    var model = new Json.Table(file, settings);
    var pipeline = new PipelineReader(file);
    Normalizer normalizer = pipeline.normalizer(table.table("normalizer"));
    Splitter splitter = pipeline.splitter(table.table("pre_tokenizer"));
    pipeline.checkDecoder(table.table("decoder"), isType(BPE) ? "ByteLevel" : WORD_PIECE);
    TokenTable vocabulary = tokens.get();
    var specials =
        new SpecialTokens(
            directory,
            vocabulary,
            piece ->
                isType(BPE)
                    ? BytePairTokenizer.find(vocabulary, piece)
                    : WordPieceReader.find(vocabulary, piece),
            TokenizerFile.settings(directory.resolve("tokenizer_config.json")));
    specials.addAll(file, table.tables("added_tokens"));
    specials.addFromDirectory();
    var text = new TextPipeline(new AddedTokens(specials.all(), normalizer), normalizer, splitter);
    return isType(BPE)
        ? new BytePairTokenizer(bytePairModel(model, pipeline), text)
        : new WordPieceTokenizer(
            wordPieceModel(model),
            text,
            table.table("decoder").map(decoder -> decoder.flag("cleanup", true)).orElse(true));
  }

  private BytePairModel bytePairModel(Json.Table model, PipelineReader pipeline) {
    if (!pipeline.isByteLevel()) {
      throw new ModelException("tokenizer.unsupportedModel", file, "BPE without ByteLevel");
    }
    for (String affix : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
      if (!model.text(affix).orElse("").isEmpty()) {
        throw new ModelException("tokenizer.unsupportedModel", file, "BPE with " + affix);
      }
    }
    if (model.flag("byte_fallback", false)) {
      throw new ModelException("tokenizer.unsupportedModel", file, "BPE with byte_fallback");
    }
    String unknown = model.text("unk_token").orElse("");
    TokenTable vocabulary = tokens.orElseThrow();
    return new BytePairModel(
        vocabulary,
        merges.orElseThrow(),
        new BytePairModel.Unknown(
            unknown.isEmpty() ? -1 : BytePairTokenizer.find(vocabulary, unknown),
            model.flag("fuse_unk", false)),
        model.flag("ignore_merges", false));
  }

  private WordPieceModel wordPieceModel(Json.Table model) {
    return WordPieceReader.model(
        file,
        tokens.orElseThrow(),
        model.text("unk_token").orElse("[UNK]"),
        model.text("continuing_subword_prefix").orElse("##").getBytes(StandardCharsets.UTF_8),
        model.integer("max_input_chars_per_word", WordPieceReader.MAX_CODE_POINTS));
  }
}
