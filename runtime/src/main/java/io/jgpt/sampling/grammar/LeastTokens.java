package io.jgpt.sampling.grammar;

import java.util.Arrays;

/**
 * For every node of an automaton and every context the least number of tokens that leads to the
 * end: a breadth-first search backwards, a level for each token. From the nodes of one level the
 * trees of reversed tokens are walked, each with the set of nodes that its bytes lead back to.
 *
 * <p>A branch of a tree is left where its longest token is too short to reach any node without a
 * figure, or where it has none of the bytes by which such nodes lead to those with one: of free
 * text, a quotation mark. So most of the vocabulary is not walked.
 */
final class LeastTokens {

  /** No number of tokens completes this. */
  static final int NEVER = Integer.MAX_VALUE;

  private final Nfa nfa;
  private final TokenTries tries;
  private final int[][] least;
  private final boolean[]
      used; // by byte: whether any edge has it, which few have where texts are copied
  private final int[] distance;
  private final int[] queue;
  private final int[] stamps;
  private int stamp;
  private long borderLow;
  private long borderHigh;
  private NodeSets sets = new NodeSets(64);
  private NodeSets labelled = new NodeSets(64);

  private LeastTokens(Nfa nfa, TokenTries tries) {
    this.nfa = nfa;
    this.tries = tries;
    least = new int[tries.contexts()][nfa.nodes()];
    for (int[] ofContext : least) {
      Arrays.fill(ofContext, NEVER);
    }
    used = new boolean[256];
    Nfa.EdgeTable bytes = nfa.bytes();
    for (int e = 0; e < bytes.from(nfa.nodes()); e++) {
      Arrays.fill(used, bytes.low(e), bytes.high(e) + 1, true);
    }
    distance = new int[nfa.nodes()];
    queue = new int[nfa.nodes()];
    stamps = new int[nfa.nodes()];
  }

  /** The figures by context and node; {@link #NEVER} where nothing leads to the end. */
  static int[][] of(Nfa nfa, TokenTries tries) {
    var search = new LeastTokens(nfa, tries);
    search.run();
    return search.least;
  }

  private void run() {
    int contexts = tries.contexts();
    int[][] level = new int[contexts][];
    sets.clear();
    addWithEmpty(nfa.accept(), ++stamp);
    int[] ends = sets.toArray();
    for (int context = 0; context < contexts; context++) {
      for (int node : ends) {
        least[context][node] = 0;
      }
      level[context] = ends;
    }
    for (int count = 1; Arrays.stream(level).anyMatch(nodes -> nodes.length > 0); count++) {
      measure();
      int[][] next = new int[contexts][];
      for (int context = 0; context < contexts; context++) {
        labelled.clear();
        specials(level[context], context, count);
        findBorder(context, count);
        for (int after = 0; after < contexts; after++) {
          walk(tries.backward(context, after), level[after], context, count);
        }
        next[context] = labelled.toArray();
      }
      level = next;
    }
  }

  /** How many bytes lead at least from a node without a figure to each node. */
  private void measure() {
    Arrays.fill(distance, NEVER);
    int n = 0;
    for (int node = 0; node < nfa.nodes(); node++) {
      for (int[] ofContext : least) {
        if (ofContext[node] == NEVER) {
          distance[node] = 0;
        }
      }
      if (distance[node] == 0) {
        queue[n++] = node;
      }
    }
    for (int first = 0, level; first < n; first = level) {
      for (int i = first; i < n; i++) {
        n = reach(nfa.empty(), queue[i], distance[queue[i]], n);
      }
      level = n;
      for (int i = first; i < level; i++) {
        n = reach(nfa.bytes(), queue[i], distance[queue[i]] + 1, n);
      }
    }
  }

  /** Gives what the node's edges lead to its distance and queues it, where it has none yet. */
  private int reach(Nfa.EdgeTable edges, int node, int far, int queued) {
    int n = queued;
    for (int e = edges.from(node); e < edges.from(node + 1); e++) {
      int target = edges.target(e);
      if (distance[target] == NEVER) {
        distance[target] = far;
        queue[n++] = target;
      }
    }
    return n;
  }

  /** The bytes of the edges from nodes without a figure of an earlier level to nodes with one. */
  private void findBorder(int context, int count) {
    borderLow = 0;
    borderHigh = 0;
    Nfa.EdgeTable bytes = nfa.bytes();
    for (int node = 0; node < nfa.nodes(); node++) {
      for (int e = bytes.from(node); e < bytes.from(node + 1); e++) {
        if (least[context][node] >= count && least[context][bytes.target(e)] < count) {
          for (int b = bytes.low(e); b <= bytes.high(e); b++) {
            borderLow |= (b & 64) == 0 ? 1L << b : 0;
            borderHigh |= (b & 64) != 0 ? 1L << b : 0;
          }
        }
      }
    }
  }

  private void specials(int[] targets, int context, int count) {
    Nfa.EdgeTable back = nfa.specialsBack();
    for (int target : targets) {
      for (int e = back.from(target); e < back.from(target + 1); e++) {
        sets.clear();
        addWithEmpty(back.target(e), ++stamp);
        for (int i = 0; i < sets.size(); i++) {
          label(sets.get(i), context, count);
        }
      }
    }
  }

  private void label(int node, int context, int count) {
    if (least[context][node] == NEVER) {
      least[context][node] = count;
      labelled.add(node);
    }
  }

  private void walk(ByteTrie trie, int[] targets, int context, int count) {
    if (targets.length == 0 || trie.nodes() == 1) {
      return;
    }
    int[] begins = new int[trie.maxDepth() + 2];
    sets.clear();
    for (int target : targets) {
      sets.add(target);
    }
    keepNear(0, trie.height(0));
    begins[1] = sets.size();
    for (int node = 1; node < trie.nodes(); ) {
      if (!used[trie.label(node)]) {
        node = trie.end(node);
        continue;
      }
      int depth = trie.depth(node);
      sets.cut(begins[depth]);
      stepBack(begins[depth - 1], begins[depth], trie.label(node));
      if (trie.firstToken(node) < trie.firstToken(node + 1)) {
        for (int i = begins[depth]; i < sets.size(); i++) {
          label(sets.get(i), context, count);
        }
      }
      keepNear(begins[depth], trie.height(node));
      begins[depth + 1] = sets.size();
      boolean leadsOn =
          isBeyondBorder(begins[depth], context, count)
              || trie.mayHaveBelow(node, borderLow, borderHigh);
      node = leadsOn && sets.size() > begins[depth] ? node + 1 : trie.end(node);
    }
  }

  /** True if the set, from here on, has a node without a figure of an earlier level. */
  private boolean isBeyondBorder(int from, int context, int count) {
    for (int i = from; i < sets.size(); i++) {
      if (least[context][sets.get(i)] >= count) {
        return true;
      }
    }
    return false;
  }

  /** Adds the nodes from which the byte leads into the set {@code [from, to)}. */
  private void stepBack(int from, int to, int label) {
    stamp++;
    Nfa.EdgeTable back = nfa.bytesBack();
    for (int i = from; i < to; i++) {
      int node = sets.get(i);
      for (int e = back.from(node); e < back.from(node + 1); e++) {
        if (back.low(e) <= label && label <= back.high(e)) {
          addWithEmpty(back.target(e), stamp);
        }
      }
    }
  }

  /** Adds a node and those that empty edges lead from to it. */
  private void addWithEmpty(int node, int mark) {
    if (stamps[node] == mark) {
      return;
    }
    stamps[node] = mark;
    int first = sets.size();
    sets.add(node);
    Nfa.EdgeTable back = nfa.emptyBack();
    for (int i = first; i < sets.size(); i++) {
      int at = sets.get(i);
      for (int e = back.from(at); e < back.from(at + 1); e++) {
        int before = back.target(e);
        if (stamps[before] != mark) {
          stamps[before] = mark;
          sets.add(before);
        }
      }
    }
  }

  /** Drops the nodes from which the rest of a token cannot reach one without a figure. */
  private void keepNear(int from, int height) {
    int kept = from;
    for (int i = from; i < sets.size(); i++) {
      int node = sets.get(i);
      if (height > 0 && distance[node] <= height) {
        sets.set(kept++, node);
      }
    }
    sets.cut(kept);
  }

  /** Sets of nodes, one behind the other. */
  private static final class NodeSets {
    private int[] nodes;
    private int size;

    NodeSets(int capacity) {
      nodes = new int[capacity];
    }

    void add(int node) {
      if (size == nodes.length) {
        nodes = Arrays.copyOf(nodes, 2 * size);
      }
      nodes[size++] = node;
    }

    int get(int position) {
      return nodes[position];
    }

    void set(int position, int node) {
      nodes[position] = node;
    }

    int size() {
      return size;
    }

    void cut(int size) {
      this.size = size;
    }

    void clear() {
      size = 0;
    }

    int[] toArray() {
      return Arrays.copyOf(nodes, size);
    }
  }
}
