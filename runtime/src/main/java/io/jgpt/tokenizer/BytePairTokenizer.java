package io.jgpt.tokenizer;

import java.util.List;
import java.util.OptionalInt;

/** Byte-level BPE, as GPT-2 has it. */
final class BytePairTokenizer implements Tokenizer {

  private final BytePairModel model;
  private final AddedTokens added;
  private final Splitter splitter;
  private final int vocabSize;

  BytePairTokenizer(BytePairModel model, List<AddedToken> added, Splitter splitter) {
    this.model = model;
    this.added = new AddedTokens(added);
    this.splitter = splitter;
    vocabSize = Math.max(model.tokens().size(), this.added.size());
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
    var pieces = new Utf8Pieces(new BytePairEncoder(model), ids);
    added.split(
        WellFormed.of(text),
        specials,
        ids::add,
        (part, from, to) -> splitter.split(part, from, to, pieces));
    return ids.toArray();
  }

  @Override
  public byte[] bytes(int id) {
    return added.has(id)
        ? added.content(id).getBytes(java.nio.charset.StandardCharsets.UTF_8)
        : model.tokens().bytes(id);
  }

  @Override
  public String piece(int id) {
    return added.has(id) ? added.content(id) : ByteAlphabet.spell(model.tokens().bytes(id));
  }

  @Override
  public boolean isSpecial(int id) {
    return added.isSpecial(id);
  }

  @Override
  public OptionalInt idOf(String piece) {
    int id = added.idOf(piece);
    if (id < 0) {
      byte[] bytes = new byte[piece.length()];
      int n = ByteAlphabet.unspell(piece, bytes);
      id = n < 0 ? -1 : model.tokens().find(bytes, 0, n);
    }
    return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
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

  /** Hands the text of a token that is not special to {@code utf8}. */
  void push(int id, Utf8Decoder utf8, CodePointSink sink) {
    if (added.has(id)) {
      if (!added.isSpecial(id)) {
        byte[] bytes = bytes(id);
        utf8.push(bytes, 0, bytes.length, sink);
      }
    } else {
      model.tokens().decode(id, utf8, sink);
    }
  }
}
