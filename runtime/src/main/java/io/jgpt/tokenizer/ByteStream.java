package io.jgpt.tokenizer;

/** The stream of a byte-level tokenizer. */
final class ByteStream implements TokenStream {

  private final BytePairTokenizer tokenizer;
  private final Utf8Decoder utf8 = new Utf8Decoder();
  private final StringBuilder settled = new StringBuilder();
  private final EmojiHold hold = new EmojiHold(settled);

  ByteStream(BytePairTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  @Override
  public String push(int id) {
    if (utf8.complete() && hold.isEmpty()) {
      String plain = tokenizer.plainText(id);
      if (!plain.isEmpty()) {
        return plain;
      }
    }
    tokenizer.push(id, utf8, hold);
    return take();
  }

  @Override
  public String finish() {
    utf8.finish(hold);
    hold.release();
    return take();
  }

  private String take() {
    String text = settled.toString();
    settled.setLength(0);
    return text;
  }
}
