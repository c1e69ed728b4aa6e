package io.jgpt.sampling.grammar;

import java.util.ArrayList;
import java.util.List;

/**
 * The vocabulary's bytes as trees: forward for each context, to find what may come next; backward
 * for each context and the one it leads to, to find what leads to an end. Immutable.
 */
final class TokenTries {

  private final Vocabulary vocabulary;
  private final List<ByteTrie> forward = new ArrayList<>();
  private final List<List<ByteTrie>> backward = new ArrayList<>();
  private final byte[][] contextAfter;

  TokenTries(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
    int contexts = vocabulary.contexts();
    contextAfter = new byte[contexts][vocabulary.size()];
    for (int context = 0; context < contexts; context++) {
      List<ByteTrie.Entry> entries = new ArrayList<>();
      List<List<ByteTrie.Entry>> reversed = new ArrayList<>();
      for (int after = 0; after < contexts; after++) {
        reversed.add(new ArrayList<>());
      }
      for (int id = 0; id < vocabulary.size(); id++) {
        byte[] bytes = vocabulary.bytes(id, context);
        if (bytes.length > 0) {
          int after = vocabulary.contextAfter(id, context);
          contextAfter[context][id] = (byte) after;
          entries.add(new ByteTrie.Entry(id, bytes));
          reversed.get(after).add(new ByteTrie.Entry(id, reverse(bytes)));
        }
      }
      forward.add(new ByteTrie(entries));
      backward.add(reversed.stream().map(ByteTrie::new).toList());
    }
  }

  private static byte[] reverse(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return reversed;
  }

  Vocabulary vocabulary() {
    return vocabulary;
  }

  int contexts() {
    return forward.size();
  }

  /** What tokens add in this context. */
  ByteTrie forward(int context) {
    return forward.get(context);
  }

  /** What tokens add that lead from one context to another, last byte first. */
  ByteTrie backward(int context, int after) {
    return backward.get(context).get(after);
  }

  int contextAfter(int id, int context) {
    return contextAfter[context][id];
  }
}
