package io.jgpt.tokenizer;

/** The stream of a WordPiece tokenizer. */
final class WordPieceStream implements TokenStream {

  private final StringBuilder settled = new StringBuilder();
  private final EmojiHold hold = new EmojiHold(settled);
  private final WordPieceJoiner joiner;

  WordPieceStream(WordPieceTokenizer tokenizer, boolean cleanup) {
    joiner = new WordPieceJoiner(tokenizer, cleanup, hold);
  }

  @Override
  public String push(int id) {
    joiner.push(id);
    return take();
  }

  @Override
  public String finish() {
    hold.release();
    return take();
  }

  private String take() {
    String text = settled.toString();
    settled.setLength(0);
    return text;
  }
}
