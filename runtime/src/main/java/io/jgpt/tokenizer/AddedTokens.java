package io.jgpt.tokenizer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/** The added tokens of a tokenizer: by id, by spelling, and found in texts. */
final class AddedTokens {

  private final Map<Integer, AddedToken> byId = new HashMap<>();
  private final Map<String, AddedToken> byContent = new HashMap<>();
  private final AddedTokenTrie trie = new AddedTokenTrie();
  private int size;

  AddedTokens(List<AddedToken> tokens) {
    for (var token : tokens) {
      byId.put(token.id(), token);
      byContent.put(token.content(), token);
      trie.add(token);
      size = Math.max(size, token.id() + 1);
    }
  }

  /** One more than the largest id, 0 if there is none. */
  int size() {
    return size;
  }

  boolean has(int id) {
    return byId.containsKey(id);
  }

  boolean isSpecial(int id) {
    var token = byId.get(id);
    return token != null && token.special();
  }

  /** The spelling of the token {@code id}, which {@link #has} confirmed. */
  String content(int id) {
    return byId.get(id).content();
  }

  /** The id of the token with this spelling, -1 if there is none. */
  int idOf(String content) {
    var token = byContent.get(content);
    return token == null ? -1 : token.id();
  }

  /**
   * Splits a text at its added tokens, the leftmost and there the longest first.
   *
   * @param specials whether special tokens are found; they are ordinary text if not
   * @param tokens takes the tokens
   * @param rest takes the text between them
   */
  void split(String text, boolean specials, IntConsumer tokens, PieceSink rest) {
    int done = 0;
    int at = 0;
    while (at < text.length()) {
      var found = trie.longest(text, at);
      if (found.isEmpty()) {
        at++;
        continue;
      }
      AddedToken token = found.get();
      int end = at + token.content().length();
      if ((token.special() && !specials) || (token.singleWord() && !standsAlone(text, at, end))) {
        at = end;
        continue;
      }
      int start = token.leftStrip() ? spacesBefore(text, done, at) : at;
      end = token.rightStrip() ? spacesAfter(text, end) : end;
      if (done < start) {
        rest.accept(text, done, start);
      }
      tokens.accept(token.id());
      done = end;
      at = end;
    }
    if (done < text.length()) {
      rest.accept(text, done, text.length());
    }
  }

  private static boolean standsAlone(String text, int from, int to) {
    return (from == 0 || !isWord(text.codePointBefore(from)))
        && (to == text.length() || !isWord(text.codePointAt(to)));
  }

  private static boolean isWord(int codePoint) {
    return Character.isUnicodeIdentifierPart(codePoint)
        && !Character.isIdentifierIgnorable(codePoint);
  }

  private static int spacesBefore(String text, int from, int at) {
    int start = at;
    while (start > from && CharClass.isSpace(text.charAt(start - 1))) {
      start--;
    }
    return start;
  }

  private static int spacesAfter(String text, int at) {
    int end = at;
    while (end < text.length() && CharClass.isSpace(text.charAt(end))) {
      end++;
    }
    return end;
  }
}
