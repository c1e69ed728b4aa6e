package io.jgpt.tokenizer;

import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * The added tokens of a tokenizer: by id, by spelling, and found in texts. Those that are not
 * "normalized" are found in the text as given, the others in what the normalizer makes of the rest.
 */
final class AddedTokens {

  private final Map<Integer, AddedToken> byId = new HashMap<>();

  /** The ids in {@link #byId}, to ask for without boxing: it is done for every decoded token. */
  private final BitSet ids = new BitSet();

  private final BitSet specials = new BitSet();
  private final Map<String, AddedToken> byContent = new HashMap<>();
  private final AddedTokenTrie given = new AddedTokenTrie();
  private final AddedTokenTrie normalized = new AddedTokenTrie();

  AddedTokens(Collection<AddedToken> tokens, Normalizer normalizer) {
    for (var token : tokens) {
      byId.put(token.id(), token);
      ids.set(token.id());
      specials.set(token.id(), token.special());
      byContent.put(token.content(), token);
      if (!token.normalized()) {
        given.add(token.content(), token);
      } else if (!normalizer.normalize(token.content()).isEmpty()) {
        normalized.add(normalizer.normalize(token.content()), token);
      }
    }
  }

  /** One more than the largest id, 0 if there is none. */
  int size() {
    return ids.length();
  }

  boolean has(int id) {
    return id >= 0 && ids.get(id);
  }

  boolean isSpecial(int id) {
    return id >= 0 && specials.get(id);
  }

  /** The spelling of the token {@code id}, which {@link #has} confirmed. */
  String content(int id) {
    return byId.get(id).content();
  }

  /** The id of the token with this spelling, -1 if there is none. */
  int idOf(String content) {
    return byContent.containsKey(content) ? byContent.get(content).id() : -1;
  }

  /** Splits a text as given at the tokens that are found there; see {@link #splitNormalized}. */
  void split(String text, boolean specials, IntConsumer tokens, PieceSink rest) {
    split(given, text, specials, tokens, rest);
  }

  /**
   * Splits a normalised text at the tokens that are found there, the leftmost and there the longest
   * first.
   *
   * @param specials whether special tokens are found; they are ordinary text if not
   * @param tokens takes the tokens
   * @param rest takes the text between them
   */
  void splitNormalized(String text, boolean specials, IntConsumer tokens, PieceSink rest) {
    split(normalized, text, specials, tokens, rest);
  }

  private static void split(
      AddedTokenTrie trie, String text, boolean specials, IntConsumer tokens, PieceSink rest) {
    int done = 0;
    int at = trie.isEmpty() ? text.length() : 0;
    while (at < text.length()) {
      int length = trie.match(text, at);
      if (length == 0) {
        at++;
        continue;
      }
      int end = at + length;
      AddedToken token = trie.token(text, at, end);
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
    return (from == 0 || !CharClass.isWord(text.codePointBefore(from)))
        && (to == text.length() || !CharClass.isWord(text.codePointAt(to)));
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
