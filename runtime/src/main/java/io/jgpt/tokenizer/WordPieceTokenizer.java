package io.jgpt.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/**
 * WordPiece, as BERT and Chinese GPT-2 checkpoints have it.
 *
 * <p>White space between words is not in the tokens: {@link #decode} puts a space before a token
 * that begins a word, and leaves it out where text has none (see {@link WordPieceJoiner}). {@link
 * #bytes} are a token's own, without that space.
 */
final class WordPieceTokenizer implements Tokenizer {

  private final WordPieceModel model;
  private final TextPipeline pipeline;
  private final AddedTokens added;
  private final TokenTable tokens;
  private final boolean cleanup;

  /**
   * @param cleanup whether decoding leaves out the space before {@code . , ! ?} and {@code 's}
   */
  WordPieceTokenizer(WordPieceModel model, TextPipeline pipeline, boolean cleanup) {
    this.model = model;
    this.pipeline = pipeline;
    this.cleanup = cleanup;
    added = pipeline.added();
    tokens = model.tokens();
  }

  @Override
  public int vocabSize() {
    return Math.max(tokens.size(), added.size());
  }

  @Override
  public int[] encode(String text) {
    return encode(text, false);
  }

  @Override
  public int[] encodeWithSpecials(String text) {
    return encode(text, true);
  }

  private int[] encode(String text, boolean specials) {
    var ids = new IdList();
    pipeline.run(text, specials, ids::add, model.new Encoder(ids));
    return ids.toArray();
  }

  @Override
  public byte[] bytes(int id) {
    return added.has(id)
        ? added.content(id).getBytes(StandardCharsets.UTF_8)
        : model.textOf(tokens.bytes(id));
  }

  @Override
  public int contexts() {
    return WordPieceJoiner.CONTEXTS;
  }

  @Override
  public byte[] addedBytes(int id, int context) {
    return isText(id)
        ? WordPieceJoiner.added(this, cleanup, id, context).getBytes(StandardCharsets.UTF_8)
        : new byte[0];
  }

  @Override
  public int contextAfter(int id, int context) {
    return WordPieceJoiner.after(this, id, context);
  }

  @Override
  public String piece(int id) {
    return added.has(id) ? added.content(id) : new String(tokens.bytes(id), StandardCharsets.UTF_8);
  }

  @Override
  public boolean isSpecial(int id) {
    return added.isSpecial(id);
  }

  @Override
  public OptionalInt idOf(String piece) {
    int id = added.idOf(piece);
    if (id < 0) {
      byte[] bytes = piece.getBytes(StandardCharsets.UTF_8);
      id = tokens.find(bytes, 0, bytes.length);
    }
    return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
  }

  @Override
  public String decode(int... ids) {
    var text = new StringBuilder();
    var joiner = new WordPieceJoiner(this, cleanup, text::appendCodePoint);
    for (int id : ids) {
      joiner.push(id);
    }
    return text.toString();
  }

  @Override
  public TokenStream stream() {
    return new WordPieceStream(this, cleanup);
  }

  /** True if the token is part of decoded text. */
  boolean isText(int id) {
    return !added.isSpecial(id) && (added.has(id) || tokens.has(id));
  }

  boolean isContinuation(int id) {
    return !added.has(id) && model.isContinuation(tokens.bytes(id));
  }
}
