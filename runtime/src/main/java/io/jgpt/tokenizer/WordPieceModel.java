package io.jgpt.tokenizer;

import java.util.Arrays;

/**
 * WordPiece: a word is the longest token that it begins with, then the longest continuation, and so
 * on; a word that does not work out is the unknown token, all of it. Safe for use by any number of
 * threads.
 */
final class WordPieceModel {

  private final TokenTable tokens;
  private final byte[] continuation;
  private final int unknown;
  private final int maxCodePoints;
  private final int maxBytes;

  /**
   * @param continuation what the spelling of a token that continues a word begins with
   * @param unknown the id of the unknown token
   * @param maxCodePoints a longer word is unknown
   */
  WordPieceModel(TokenTable tokens, byte[] continuation, int unknown, int maxCodePoints) {
    this.tokens = tokens;
    this.continuation = continuation;
    this.unknown = unknown;
    this.maxCodePoints = maxCodePoints;
    int longest = 0;
    for (int id = 0; id < tokens.size(); id++) {
      longest = Math.max(longest, tokens.length(id));
    }
    maxBytes = longest;
  }

  TokenTable tokens() {
    return tokens;
  }

  /** True if the token continues a word. */
  boolean isContinuation(byte[] spelling) {
    return spelling.length > continuation.length
        && Arrays.equals(spelling, 0, continuation.length, continuation, 0, continuation.length);
  }

  /** The text of a token: its spelling without the sign of a continuation. */
  byte[] textOf(byte[] spelling) {
    return isContinuation(spelling)
        ? Arrays.copyOfRange(spelling, continuation.length, spelling.length)
        : spelling;
  }

  /** Takes words and appends their tokens to a list; one thread at a time. */
  final class Encoder implements PieceSink {

    private final IdList out;
    private byte[] word = new byte[512];
    private int[] hashes = new int[512];
    private int[] found = new int[128];

    Encoder(IdList out) {
      this.out = out;
    }

    @Override
    public void accept(String text, int from, int to) {
      if (text.codePointCount(from, to) > maxCodePoints) {
        out.add(unknown);
        return;
      }
      int prefix = continuation.length;
      int room = prefix + 3 * (to - from);
      if (room > word.length) {
        word = new byte[room];
        hashes = new int[room];
      }
      // The word stands behind room for the continuation sign, which then is written over what has
      // been consumed, so that sign and rest are one range to look up.
      int n = Utf8.put(text, from, to, word);
      System.arraycopy(word, 0, word, prefix, n);
      int end = prefix + n;
      int count = 0;
      int at = prefix;
      while (at < end) {
        int begin = at;
        if (at > prefix) {
          begin = at - prefix;
          System.arraycopy(continuation, 0, word, begin, prefix);
        }
        int id = longest(begin, at, end);
        if (id < 0) {
          out.add(unknown);
          return;
        }
        if (count == found.length) {
          found = Arrays.copyOf(found, 2 * count);
        }
        found[count++] = id;
        at = begin + tokens.length(id);
      }
      for (int i = 0; i < count; i++) {
        out.add(found[i]);
      }
    }

    /** The longest token {@code word[begin, e)} with {@code at < e <= end}, -1 if there is none. */
    private int longest(int begin, int at, int end) {
      int limit = Math.min(end, begin + maxBytes);
      int hash = 0;
      for (int i = begin; i < limit; i++) {
        hash = tokens.extend(hash, word[i]);
        hashes[i] = hash;
      }
      for (int e = limit; e > at; e--) {
        int id = tokens.find(word, begin, e, hashes[e - 1]);
        if (id >= 0) {
          return id;
        }
      }
      return -1;
    }
  }
}
