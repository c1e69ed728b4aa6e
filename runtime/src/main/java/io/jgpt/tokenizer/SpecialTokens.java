package io.jgpt.tokenizer;

import io.jgpt.error.ModelException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gathers the added tokens of a directory: from {@code tokenizer.json}, {@code
 * tokenizer_config.json}, {@code special_tokens_map.json} and {@code added_tokens.json}. What is
 * said first about a token holds, except that a token is special if any of them says so.
 */
final class SpecialTokens {

  private static final List<String> NAMES =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  /** Longest spelling; longer ones would make searching a text for them slow. */
  private static final int MAX_LENGTH = 1000;

  /** Most characters of all spellings together: each is a node to search by. */
  private static final int MAX_TOTAL_LENGTH = 1 << 20;

  private final Path directory;
  private final TokenTable tokens;

  /** Spelling to id among the model's own tokens. */
  private final PieceLookup pieces;

  private final Map<String, AddedToken> byContent = new LinkedHashMap<>();
  private final Map<Integer, String> contentOf = new LinkedHashMap<>();
  private final Json.Table config;
  private int totalLength;

  /** Finds a token by its spelling. */
  @FunctionalInterface
  interface PieceLookup {
    /** The id, -1 if there is none. */
    int idOf(String piece);
  }

  SpecialTokens(Path directory, TokenTable tokens, PieceLookup pieces, Json.Table config) {
    this.directory = directory;
    this.tokens = tokens;
    this.pieces = pieces;
    this.config = config;
  }

  Collection<AddedToken> all() {
    return List.copyOf(byContent.values());
  }

  /** Adds the {@code added_tokens} of a {@code tokenizer.json}. */
  void addAll(Path file, List<Json.Table> entries) {
    for (var entry : entries) {
      add(file, entry.integer("id", -1), entry);
    }
  }

  /** Adds what the directory's other files say. */
  void addFromDirectory() {
    Path configFile = config.file();
    config
        .table("added_tokens_decoder")
        .ifPresent(
            byId ->
                byId.entries()
                    .forEach(
                        (id, entry) -> {
                          if (!(entry instanceof Json.Table table) || !id.matches("\\d{1,9}")) {
                            throw new ModelException(
                                "tokenizer.badValue",
                                configFile,
                                "added_tokens_decoder",
                                "ids with objects");
                          }
                          add(configFile, Integer.parseInt(id), table);
                        }));
    var plain = TokenizerFile.settings(directory.resolve("added_tokens.json"));
    for (String content : plain.entries().keySet()) {
      int id = plain.integer(content, -1);
      add(plain.file(), new AddedToken(id, content, false, false, false, false, false));
    }
    addNamed(config);
    addNamed(TokenizerFile.settings(directory.resolve("special_tokens_map.json")));
  }

  /** Makes these tokens special where the vocabulary has them. */
  void addSpecial(String... contents) {
    for (String content : contents) {
      special(config.file(), content);
    }
  }

  private void addNamed(Json.Table table) {
    for (String name : NAMES) {
      content(table, name).ifPresent(content -> special(table.file(), content));
    }
    for (Json entry :
        table.isSequence("additional_special_tokens")
            ? table.sequence("additional_special_tokens")
            : List.<Json>of()) {
      if (entry instanceof Json.Text text) {
        special(table.file(), text.value());
      }
    }
  }

  /** A named token is a string, or an object with its {@code content}. */
  static Optional<String> content(Json.Table table, String name) {
    return table.isText(name)
        ? table.text(name)
        : table.table(name).flatMap(entry -> entry.text("content"));
  }

  private void special(Path file, String content) {
    var known = byContent.get(content);
    int id = known == null ? pieces.idOf(content) : known.id();
    if (id >= 0) {
      add(file, AddedToken.special(id, content));
    }
  }

  private void add(Path file, int id, Json.Table entry) {
    boolean special = entry.flag("special", false);
    add(
        file,
        new AddedToken(
            id,
            entry.text("content").orElse(""),
            special,
            entry.flag("single_word", false),
            entry.flag("lstrip", false),
            entry.flag("rstrip", false),
            entry.flag("normalized", !special)));
  }

  private void add(Path file, AddedToken token) {
    String content = token.content();
    int id = token.id();
    if (content.isEmpty() || content.length() > MAX_LENGTH) {
      throw new ModelException("tokenizer.badContent", file, id, content.length(), MAX_LENGTH);
    }
    var known = byContent.get(content);
    boolean free = !tokens.has(id) || pieces.idOf(content) == id;
    if (id < 0 || id >= TokenizerFile.MAX_TOKENS) {
      throw new ModelException(
          "tokenizer.badId", file, TokenizerFile.shown(content), id, TokenizerFile.MAX_TOKENS - 1);
    }
    if (!free
        || (known != null && known.id() != id)
        || !contentOf.getOrDefault(id, content).equals(content)) {
      throw new ModelException("tokenizer.takenId", file, TokenizerFile.shown(content), id);
    }
    totalLength += known == null ? content.length() : 0;
    if (totalLength > MAX_TOTAL_LENGTH) {
      throw new ModelException("tokenizer.tooManyAdded", file, MAX_TOTAL_LENGTH);
    }
    contentOf.put(id, content);
    byContent.put(
        content,
        known == null ? token : token.special() && !known.special() ? known.asSpecial() : known);
  }
}
