package io.jgpt.tokenizer;

import io.jgpt.error.ModelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;

/**
 * Reads a WordPiece vocabulary, and {@code vocab.txt} with what {@code tokenizer_config.json} adds.
 */
final class WordPieceReader {

  private static final byte[] CONTINUATION = "##".getBytes(StandardCharsets.US_ASCII);

  /** A word longer than this is unknown, unless tokenizer.json says otherwise. */
  static final int MAX_CODE_POINTS = 100;

  /** As much as it may say: matching takes the square of it. */
  private static final int MOST_CODE_POINTS = 1000;

  private WordPieceReader() {}

  /** Reads a directory with {@code vocab.txt}: BERT's tokenizer. */
  static Tokenizer read(Path directory) {
    Path file = directory.resolve("vocab.txt");
    TokenTable tokens = vocabulary(file, TokenizerFile.read(file));
    Json.Table config = TokenizerFile.settings(directory.resolve("tokenizer_config.json"));
    String unknown = SpecialTokens.content(config, "unk_token").orElse("[UNK]");
    var specials = new SpecialTokens(directory, tokens, piece -> find(tokens, piece), config);
    specials.addFromDirectory();
    specials.addSpecial(unknown, "[SEP]", "[PAD]", "[CLS]", "[MASK]");
    Normalizer normalizer = PipelineReader.bert(bertSettings(config));
    return new WordPieceTokenizer(
        model(file, tokens, unknown, CONTINUATION, MAX_CODE_POINTS),
        new TextPipeline(
            new AddedTokens(specials.all(), normalizer), normalizer, PipelineReader.BERT),
        true);
  }

  /** The settings of the normalizer, under the names that tokenizer.json has for them. */
  private static Json.Table bertSettings(Json.Table config) {
    var settings = new HashMap<String, Json>();
    config.copy("do_lower_case", settings, "lowercase");
    config.copy("strip_accents", settings, "strip_accents");
    config.copy("tokenize_chinese_chars", settings, "handle_chinese_chars");
    return new Json.Table(config.file(), settings);
  }

  /** Reads an object of spellings and ids. */
  static TokenTable vocabulary(Path file, JsonReader json) {
    var tokens = TokenizerFile.table(json.length());
    json.beginObject();
    while (json.hasNext()) {
      int n = json.keyBytes();
      byte[] text = json.text();
      int id = json.integer();
      TokenizerFile.checkFree(file, tokens, id, text, 0, n);
      tokens.add(id, text, 0, n, true);
    }
    return tokens;
  }

  /** Reads a spelling per line; a line's number, from 0, is the id. */
  private static TokenTable vocabulary(Path file, byte[] text) {
    var tokens = TokenizerFile.table(4 * text.length);
    int from = 0;
    int id = 0;
    while (from < text.length) {
      int to = from;
      while (to < text.length && text[to] != '\n') {
        to++;
      }
      int end = to > from && text[to - 1] == '\r' ? to - 1 : to;
      TokenizerFile.checkFree(file, tokens, id, text, from, end);
      tokens.add(id++, text, from, end, true);
      from = to + 1;
    }
    return tokens;
  }

  static WordPieceModel model(
      Path file, TokenTable tokens, String unknown, byte[] continuation, int maxCodePoints) {
    if (maxCodePoints < 0 || maxCodePoints > MOST_CODE_POINTS) {
      throw new ModelException(
          "tokenizer.badValue", file, "max_input_chars_per_word", "0 to " + MOST_CODE_POINTS);
    }
    int id = find(tokens, unknown);
    if (id < 0) {
      throw new ModelException("tokenizer.noUnknown", file, TokenizerFile.shown(unknown));
    }
    return new WordPieceModel(tokens, continuation, id, maxCodePoints);
  }

  /** The id of the token spelled {@code piece}, -1 if there is none. */
  static int find(TokenTable tokens, String piece) {
    byte[] bytes = piece.getBytes(StandardCharsets.UTF_8);
    return tokens.find(bytes, 0, bytes.length);
  }
}
