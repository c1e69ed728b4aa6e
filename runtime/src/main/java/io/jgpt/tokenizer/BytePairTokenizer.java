package io.jgpt.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;

/** Byte-level BPE, as GPT-2 has it. */
final class BytePairTokenizer implements Tokenizer {

  private final BytePairModel model;
  private final TextPipeline pipeline;
  private final AddedTokens added;
  private final TokenTable tokens;
  private final int vocabSize;

  /** Per id, once asked for: {@link #plainText}. Threads may race: all write the same. */
  private final String[] plainTexts;

  BytePairTokenizer(BytePairModel model, TextPipeline pipeline) {
    this.model = model;
    this.pipeline = pipeline;
    added = pipeline.added();
    tokens = model.tokens();
    vocabSize = Math.max(tokens.size(), added.size());
    plainTexts = new String[vocabSize];
  }

  @Override
  public int vocabSize() {
    return vocabSize;
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
    pipeline.run(text, specials, ids::add, new BytePairEncoder(model, ids));
    return ids.toArray();
  }

  @Override
  public byte[] bytes(int id) {
    return added.has(id) ? added.content(id).getBytes(StandardCharsets.UTF_8) : tokens.bytes(id);
  }

  @Override
  public String piece(int id) {
    if (added.has(id)) {
      return added.content(id);
    }
    byte[] bytes = tokens.bytes(id);
    return tokens.has(id) && tokens.unindexed().get(id)
        ? new String(bytes, StandardCharsets.UTF_8)
        : ByteAlphabet.spell(bytes);
  }

  @Override
  public boolean isSpecial(int id) {
    return added.isSpecial(id);
  }

  @Override
  public OptionalInt idOf(String piece) {
    int id = added.idOf(piece);
    id = id < 0 ? find(tokens, piece) : id;
    return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** The id of the token that the vocabulary spells {@code piece}, -1 if there is none. */
  static int find(TokenTable tokens, String piece) {
    byte[] spelling = piece.getBytes(StandardCharsets.UTF_8);
    int n = ByteAlphabet.unspell(spelling, 0, spelling.length);
    if (n >= 0) {
      return tokens.find(spelling, 0, n);
    }
    return tokens.unindexed().stream()
        .filter(id -> Arrays.equals(spelling, tokens.bytes(id)))
        .findFirst()
        .orElse(-1);
  }

  @Override
  public String decode(int... ids) {
    var text = new StringBuilder();
    var utf8 = new Utf8Decoder();
    for (int id : ids) {
      push(id, utf8, text::appendCodePoint);
    }
    utf8.finish(text::appendCodePoint);
    return text.toString();
  }

  @Override
  public TokenStream stream() {
    return new ByteStream(this);
  }

  /** Hands the bytes of a token that is not special to {@code utf8}. */
  void push(int id, Utf8Decoder utf8, CodePointSink sink) {
    if (!added.has(id)) {
      tokens.decode(id, utf8, sink);
    } else if (!added.isSpecial(id)) {
      byte[] bytes = bytes(id);
      utf8.push(bytes, 0, bytes.length, sink);
    }
  }

  /**
   * The text that the token adds wherever no character and no emoji is unfinished, if it leaves
   * none unfinished either; otherwise, and for a token without text, the empty string. Kept, so
   * that streaming ordinary text allocates nothing.
   */
  String plainText(int id) {
    if (id < 0 || id >= vocabSize) {
      return "";
    }
    if (plainTexts[id] == null) {
      var text = new StringBuilder();
      var utf8 = new Utf8Decoder();
      push(id, utf8, text::appendCodePoint);
      boolean plain = utf8.complete() && text.codePoints().noneMatch(EmojiHold::begins);
      plainTexts[id] = plain ? text.toString() : "";
    }
    return plainTexts[id];
  }
}
