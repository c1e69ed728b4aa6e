package io.jgpt.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Joins WordPiece tokens to text. A continuation follows at once; before any other token but the
 * first comes a space, except
 *
 * <ul>
 *   <li>where cleaning up is asked for: before {@code . , ! ?} and contractions, as in the
 *       reference;
 *   <li>next to an ideograph, CJK punctuation or a full-width form: there BERT's normalisation put
 *       the spaces, the text had none. (The reference leaves them in; this is the one difference.)
 * </ul>
 *
 * <p>What a token adds depends on it and on the character before, so text once given stands.
 */
final class WordPieceJoiner {

  private static final List<String> UNSPACED =
      List.of(".", "?", "!", ",", "n't", "'m", "'s", "'ve", "'re");

  private final WordPieceTokenizer tokenizer;
  private final boolean cleanup;
  private final CodePointSink sink;
  private boolean first = true;
  private int previous;

  WordPieceJoiner(WordPieceTokenizer tokenizer, boolean cleanup, CodePointSink sink) {
    this.tokenizer = tokenizer;
    this.cleanup = cleanup;
    this.sink = sink;
  }

  void push(int id) {
    if (!tokenizer.isText(id)) {
      return;
    }
    boolean joined = tokenizer.isContinuation(id);
    // Without a word before it a continuation shows as the vocabulary spells it.
    String text =
        joined && !first
            ? new String(tokenizer.bytes(id), StandardCharsets.UTF_8)
            : tokenizer.piece(id);
    if (!first && !joined && isSpaced(text)) {
      sink.accept(' ');
    }
    text.codePoints().forEach(sink::accept);
    first = false;
    previous = text.isEmpty() ? previous : text.codePointBefore(text.length());
  }

  private boolean isSpaced(String text) {
    if (text.isEmpty()) {
      return true;
    }
    if (Cjk.isUnspaced(previous) || Cjk.isUnspaced(text.codePointAt(0))) {
      return false;
    }
    return !cleanup || UNSPACED.stream().noneMatch(text::startsWith);
  }
}
