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

  /** At the beginning of a text; behind a character that spaces follow; behind another. */
  static final int CONTEXTS = 3;

  private static final int START = 0;
  private static final int SPACED = 1;
  private static final int UNSPACED_BEFORE = 2;

  private final WordPieceTokenizer tokenizer;
  private final boolean cleanup;
  private final CodePointSink sink;
  private int context = START;

  WordPieceJoiner(WordPieceTokenizer tokenizer, boolean cleanup, CodePointSink sink) {
    this.tokenizer = tokenizer;
    this.cleanup = cleanup;
    this.sink = sink;
  }

  void push(int id) {
    if (tokenizer.isText(id)) {
      added(tokenizer, cleanup, id, context).codePoints().forEach(sink::accept);
      context = after(tokenizer, id, context);
    }
  }

  /** What a token of text adds in a context. */
  static String added(WordPieceTokenizer tokenizer, boolean cleanup, int id, int context) {
    boolean joined = tokenizer.isContinuation(id);
    // Without a word before it a continuation shows as the vocabulary spells it.
    String text =
        joined && context != START
            ? new String(tokenizer.bytes(id), StandardCharsets.UTF_8)
            : tokenizer.piece(id);
    boolean spaced = context != START && !joined && isSpaced(text, context, cleanup);
    return spaced ? " " + text : text;
  }

  /** The context after a token of text. */
  static int after(WordPieceTokenizer tokenizer, int id, int context) {
    String piece = tokenizer.piece(id);
    if (piece.isEmpty()) {
      return context == START ? SPACED : context;
    }
    return Cjk.isUnspaced(piece.codePointBefore(piece.length())) ? UNSPACED_BEFORE : SPACED;
  }

  private static boolean isSpaced(String text, int context, boolean cleanup) {
    if (text.isEmpty()) {
      return true;
    }
    if (context == UNSPACED_BEFORE || Cjk.isUnspaced(text.codePointAt(0))) {
      return false;
    }
    return !cleanup || UNSPACED.stream().noneMatch(text::startsWith);
  }
}
