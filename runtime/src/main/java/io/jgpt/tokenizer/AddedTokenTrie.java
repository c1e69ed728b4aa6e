package io.jgpt.tokenizer;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** Finds the longest of a set of tokens at a place in a text. */
final class AddedTokenTrie {

  private static final int ROOT = 0;

  /** Chars that a token begins with: nearly all places of a text are passed over by this alone. */
  private final BitSet firstChars = new BitSet();

  /** (node, char) to node. */
  private final Map<Long, Integer> children = new HashMap<>();

  private final Map<Integer, AddedToken> tokenAt = new HashMap<>();

  /** Adds a token under a spelling that is not empty; of two with the same the first holds. */
  void add(String spelling, AddedToken token) {
    firstChars.set(spelling.charAt(0));
    int node = ROOT;
    for (int i = 0; i < spelling.length(); i++) {
      node = children.computeIfAbsent(edge(node, spelling.charAt(i)), e -> children.size() + 1);
    }
    tokenAt.putIfAbsent(node, token);
  }

  boolean isEmpty() {
    return tokenAt.isEmpty();
  }

  /** The length of the longest token spelled at {@code at}, 0 if there is none. */
  int match(String text, int at) {
    if (!firstChars.get(text.charAt(at))) {
      return 0;
    }
    int length = 0;
    Integer node = ROOT;
    for (int i = at; i < text.length(); i++) {
      node = children.get(edge(node, text.charAt(i)));
      if (node == null) {
        break;
      }
      if (tokenAt.containsKey(node)) {
        length = i + 1 - at;
      }
    }
    return length;
  }

  /** The token spelled {@code text[from, to)}, as {@link #match} found it. */
  AddedToken token(String text, int from, int to) {
    int node = ROOT;
    for (int i = from; i < to; i++) {
      node = children.get(edge(node, text.charAt(i)));
    }
    return tokenAt.get(node);
  }

  private static long edge(int node, char c) {
    return ((long) node << 16) | c;
  }
}
