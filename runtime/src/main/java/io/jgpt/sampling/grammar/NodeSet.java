package io.jgpt.sampling.grammar;

import java.util.Arrays;

/** Collects nodes of an automaton with all that empty edges lead to from them. */
final class NodeSet {

  private final Nfa nfa;
  private final int[] stamps;
  private int stamp;
  private int[] nodes = new int[64];
  private int size;

  NodeSet(Nfa nfa) {
    this.nfa = nfa;
    stamps = new int[nfa.nodes()];
  }

  void clear() {
    size = 0;
    stamp++;
  }

  void add(int node) {
    if (stamps[node] == stamp) {
      return;
    }
    stamps[node] = stamp;
    if (size == nodes.length) {
      nodes = Arrays.copyOf(nodes, 2 * size);
    }
    nodes[size++] = node;
  }

  /** The nodes that matter: those that a byte or a special token leaves, and the last one. */
  int[] closed() {
    Nfa.EdgeTable empty = nfa.empty();
    for (int i = 0; i < size; i++) {
      for (int e = empty.from(nodes[i]); e < empty.from(nodes[i] + 1); e++) {
        add(empty.target(e));
      }
    }
    int[] closed = new int[size];
    int count = 0;
    for (int i = 0; i < size; i++) {
      if (matters(nodes[i])) {
        closed[count++] = nodes[i];
      }
    }
    Arrays.sort(closed, 0, count);
    return Arrays.copyOf(closed, count);
  }

  private boolean matters(int node) {
    return node == nfa.accept()
        || nfa.bytes().from(node) < nfa.bytes().from(node + 1)
        || nfa.specials().from(node) < nfa.specials().from(node + 1);
  }
}
