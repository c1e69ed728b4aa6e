package io.jgpt.sampling.grammar;

import java.util.Arrays;

/**
 * A nondeterministic automaton over bytes and special tokens, with empty edges. Node 0 is where it
 * starts. Only edges on the way to {@link #accept} are kept. Immutable.
 */
final class Nfa {

  private final int nodes;
  private final int accept;
  private final EdgeTable bytes;
  private final EdgeTable empty;
  private final EdgeTable specials;
  private final EdgeTable bytesBack;
  private final EdgeTable emptyBack;
  private final EdgeTable specialsBack;

  Nfa(
      int nodes,
      int accept,
      NfaBuilder.Edges bytes,
      NfaBuilder.Edges empty,
      NfaBuilder.Edges specials) {
    this.nodes = nodes;
    this.accept = accept;
    boolean[] all = new boolean[nodes];
    Arrays.fill(all, true);
    boolean[] live =
        leadingTo(
            accept,
            nodes,
            EdgeTable.backward(nodes, bytes, all),
            EdgeTable.backward(nodes, empty, all),
            EdgeTable.backward(nodes, specials, all));
    this.bytes = EdgeTable.forward(nodes, bytes, live);
    this.empty = EdgeTable.forward(nodes, empty, live);
    this.specials = EdgeTable.forward(nodes, specials, live);
    bytesBack = EdgeTable.backward(nodes, bytes, live);
    emptyBack = EdgeTable.backward(nodes, empty, live);
    specialsBack = EdgeTable.backward(nodes, specials, live);
  }

  private static boolean[] leadingTo(int accept, int nodes, EdgeTable... tables) {
    boolean[] live = new boolean[nodes];
    int[] queue = new int[nodes];
    int n = 0;
    queue[n++] = accept;
    live[accept] = true;
    for (int i = 0; i < n; i++) {
      for (EdgeTable table : tables) {
        for (int e = table.from(queue[i]); e < table.from(queue[i] + 1); e++) {
          int before = table.target(e);
          if (!live[before]) {
            live[before] = true;
            queue[n++] = before;
          }
        }
      }
    }
    return live;
  }

  int nodes() {
    return nodes;
  }

  int start() {
    return 0;
  }

  int accept() {
    return accept;
  }

  /** Edges that consume a byte from low to high. */
  EdgeTable bytes() {
    return bytes;
  }

  EdgeTable empty() {
    return empty;
  }

  /** Edges that consume the special token whose id is low. */
  EdgeTable specials() {
    return specials;
  }

  /** As {@link #bytes}, from each edge's end to its beginning. */
  EdgeTable bytesBack() {
    return bytesBack;
  }

  EdgeTable emptyBack() {
    return emptyBack;
  }

  EdgeTable specialsBack() {
    return specialsBack;
  }

  /** Edges by the node they leave: those of node q are {@code from(q) .. from(q + 1)}. */
  static final class EdgeTable {
    private final int[] from;
    private final int[] low;
    private final int[] high;
    private final int[] target;

    private EdgeTable(int nodes, int edges) {
      from = new int[nodes + 1];
      low = new int[edges];
      high = new int[edges];
      target = new int[edges];
    }

    static EdgeTable forward(int nodes, NfaBuilder.Edges edges, boolean[] live) {
      return make(nodes, edges, live, false);
    }

    static EdgeTable backward(int nodes, NfaBuilder.Edges edges, boolean[] live) {
      return make(nodes, edges, live, true);
    }

    private static EdgeTable make(
        int nodes, NfaBuilder.Edges edges, boolean[] live, boolean backward) {
      int[] count = new int[nodes + 1];
      int kept = 0;
      for (int e = 0; e < edges.size(); e++) {
        if (live[edges.to(e)]) {
          count[backward ? edges.to(e) : edges.from(e)]++;
          kept++;
        }
      }
      var table = new EdgeTable(nodes, kept);
      for (int q = 0; q < nodes; q++) {
        table.from[q + 1] = table.from[q] + count[q];
      }
      int[] at = table.from.clone();
      for (int e = 0; e < edges.size(); e++) {
        if (live[edges.to(e)]) {
          int slot = at[backward ? edges.to(e) : edges.from(e)]++;
          table.low[slot] = edges.low(e);
          table.high[slot] = edges.high(e);
          table.target[slot] = backward ? edges.from(e) : edges.to(e);
        }
      }
      return table;
    }

    int size() {
      return target.length;
    }

    int from(int node) {
      return from[node];
    }

    int low(int edge) {
      return low[edge];
    }

    int high(int edge) {
      return high[edge];
    }

    int target(int edge) {
      return target[edge];
    }
  }
}
