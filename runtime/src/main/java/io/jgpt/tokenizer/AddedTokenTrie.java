package io.jgpt.tokenizer;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Finds the longest of a set of tokens at a place in a text. */
final class AddedTokenTrie {

  private static final int ROOT = 0;

  /** Chars that a token begins with: nearly all places of a text are passed over by this alone. */
  private final BitSet firstChars = new BitSet();

  /** (node, char) to node. */
  private final Map<Long, Integer> children = new HashMap<>();

  private final Map<Integer, AddedToken> tokenAt = new HashMap<>();

  /** Adds a token; of two with the same spelling the first holds. */
  void add(AddedToken token) {
    String content = token.content();
    firstChars.set(content.charAt(0));
    int node = ROOT;
    for (int i = 0; i < content.length(); i++) {
      node = children.computeIfAbsent(edge(node, content.charAt(i)), e -> children.size() + 1);
    }
    tokenAt.putIfAbsent(node, token);
  }

  /** The longest token whose spelling stands at {@code at}. */
  Optional<AddedToken> longest(String text, int at) {
    Optional<AddedToken> longest = Optional.empty();
    if (!firstChars.get(text.charAt(at))) {
      return longest;
    }
    Integer node = ROOT;
    for (int i = at; i < text.length(); i++) {
      node = children.get(edge(node, text.charAt(i)));
      if (node == null) {
        break;
      }
      if (tokenAt.containsKey(node)) {
        longest = Optional.of(tokenAt.get(node));
      }
    }
    return longest;
  }

  private static long edge(int node, char c) {
    return ((long) node << 16) | c;
  }
}
