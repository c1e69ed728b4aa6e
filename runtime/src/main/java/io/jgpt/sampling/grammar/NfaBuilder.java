package io.jgpt.sampling.grammar;

import io.jgpt.error.InputException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Makes an {@link Nfa} of a {@link Grammar}, as Thompson does: every part goes from one node to
 * another, and nothing leads back into the node where a part begins.
 */
final class NfaBuilder {

  /** Most nodes: a schema of some hundred properties, or free text of 20,000 characters. */
  static final int MAX_NODES = 1 << 18;

  private final Edges bytes = new Edges();
  private final Edges empty = new Edges();
  private final Edges specials = new Edges();
  private int nodes = 1;

  private NfaBuilder() {}

  /** Throws {@link InputException} if the grammar is too large. */
  static Nfa build(Grammar grammar) {
    var builder = new NfaBuilder();
    int accept = builder.add(grammar, 0);
    return new Nfa(builder.nodes, accept, builder.bytes, builder.empty, builder.specials);
  }

  private int node() {
    if (nodes == MAX_NODES) {
      throw new InputException("grammar.size", MAX_NODES);
    }
    return nodes++;
  }

  /** Adds a part that begins at the node {@code from}; returns where it ends. */
  private int add(Grammar grammar, int from) {
    return switch (grammar) {
      case Grammar.Literal(String text) -> addLiteral(text, from);
      case Grammar.Special(int id) -> {
        int to = node();
        specials.add(from, id, id, to);
        yield to;
      }
      case Grammar.AnyOf(CodePoints set) -> {
        int to = node();
        addCharacter(set, from, to);
        yield to;
      }
      case Grammar.Sequence(List<Grammar> parts) -> {
        int at = from;
        for (Grammar part : parts) {
          at = add(part, at);
        }
        yield at;
      }
      case Grammar.Choice(List<Grammar> alternatives) -> {
        int end = node();
        for (Grammar alternative : alternatives) {
          empty.add(add(alternative, from), 0, 0, end);
        }
        yield end;
      }
      case Grammar.Repeat(Grammar what, int min, int max) -> addRepeat(what, min, max, from);
      case Grammar.Separated list -> addSeparated(list, from);
      case Grammar.Joined joined -> addJoined(joined, from);
      case Grammar.Span(List<List<Grammar.Span.Piece>> texts) -> addSpan(texts, from);
      case Grammar.Both(Grammar first, Grammar second) -> addBoth(first, second, from);
    };
  }

  private int addLiteral(String text, int from) {
    int at = from;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      int to = node();
      bytes.add(at, b & 0xFF, b & 0xFF, to);
      at = to;
    }
    return at;
  }

  private int addRepeat(Grammar what, int min, int max, int from) {
    int at = from;
    for (int i = 0; i < min; i++) {
      at = add(what, at);
    }
    if (max == Grammar.UNBOUNDED) {
      int loop = node();
      empty.add(at, 0, 0, loop);
      empty.add(add(what, loop), 0, 0, loop);
      return loop;
    }
    int end = node();
    for (int i = min; i < max; i++) {
      empty.add(at, 0, 0, end);
      at = add(what, at);
    }
    empty.add(at, 0, 0, end);
    return end;
  }

  private int addSeparated(Grammar.Separated list, int from) {
    int begin = node();
    empty.add(from, 0, 0, begin);
    int at = add(list.what(), begin);
    for (int i = 1; i < list.min(); i++) {
      begin = add(list.separator(), at);
      at = add(list.what(), begin);
    }
    int end = node();
    empty.add(at, 0, 0, end);
    if (list.max() == Grammar.UNBOUNDED) {
      empty.add(add(list.separator(), at), 0, 0, begin);
    } else {
      for (int i = list.min(); i < list.max(); i++) {
        at = add(list.what(), add(list.separator(), at));
        empty.add(at, 0, 0, end);
      }
    }
    return end;
  }

  /** Two rows of nodes, before each part without and with one before it: no part stands twice. */
  private int addJoined(Grammar.Joined joined, int from) {
    int bare = node();
    int behind = node();
    empty.add(from, 0, 0, bare);
    for (Grammar.Joined.Part part : joined.parts()) {
      int begin = node();
      empty.add(bare, 0, 0, begin);
      empty.add(add(joined.separator(), behind), 0, 0, begin);
      int nextBare = node();
      int nextBehind = node();
      empty.add(add(part.what(), begin), 0, 0, nextBehind);
      if (!part.required()) {
        empty.add(bare, 0, 0, nextBare);
        empty.add(behind, 0, 0, nextBehind);
      }
      bare = nextBare;
      behind = nextBehind;
    }
    empty.add(bare, 0, 0, behind);
    return behind;
  }

  /**
   * A chain of nodes for each text, from the first piece that a span may begin with. What may be
   * first further on is there once more, from where the span begins: could one get into the chain
   * without it, one could get out at once.
   */
  private int addSpan(List<List<Grammar.Span.Piece>> texts, int from) {
    int end = node();
    for (List<Grammar.Span.Piece> pieces : texts) {
      int at = from;
      for (Grammar.Span.Piece piece : pieces) {
        if (at == from && !piece.first()) {
          continue;
        }
        int next = addLiteral(piece.text(), at);
        if (at != from && piece.first()) {
          empty.add(addLiteral(piece.text(), from), 0, 0, next);
        }
        if (piece.last()) {
          empty.add(next, 0, 0, end);
        }
        at = next;
      }
    }
    return end;
  }

  /** Pairs of states of two automata that move together, each made deterministic as it goes. */
  private int addBoth(Grammar first, Grammar second, int from) {
    int end = node();
    var a = new Side(build(first));
    var b = new Side(build(second));
    Map<List<Integer>, Integer> nodeOf = new HashMap<>();
    List<int[][]> todo = new ArrayList<>();
    empty.add(from, 0, 0, pair(a.start(), b.start(), nodeOf, todo));
    for (int i = 0; i < todo.size(); i++) {
      int[] p = todo.get(i)[0];
      int[] q = todo.get(i)[1];
      int at = pair(p, q, nodeOf, todo);
      if (a.accepts(p) && b.accepts(q)) {
        empty.add(at, 0, 0, end);
      }
      boolean[] begins = new boolean[257];
      a.mark(p, begins);
      b.mark(q, begins);
      for (int low = 0, high; low < 256; low = high + 1) {
        high = low;
        while (high < 255 && !begins[high + 1]) {
          high++;
        }
        int[] nextP = a.step(p, low);
        int[] nextQ = b.step(q, low);
        if (nextP.length > 0 && nextQ.length > 0) {
          bytes.add(at, low, high, pair(nextP, nextQ, nodeOf, todo));
        }
      }
    }
    return end;
  }

  private int pair(int[] p, int[] q, Map<List<Integer>, Integer> nodeOf, List<int[][]> todo) {
    List<Integer> key =
        IntStream.concat(IntStream.concat(Arrays.stream(p), IntStream.of(-1)), Arrays.stream(q))
            .boxed()
            .toList();
    return nodeOf.computeIfAbsent(
        key,
        fresh -> {
          todo.add(new int[][] {p, q});
          return node();
        });
  }

  /** One of two automata that move together; its states are sets of nodes. */
  private static final class Side {
    private final Nfa nfa;
    private final NodeSet set;

    Side(Nfa nfa) {
      this.nfa = nfa;
      set = new NodeSet(nfa);
    }

    int[] start() {
      set.clear();
      set.add(nfa.start());
      return set.closed();
    }

    boolean accepts(int[] state) {
      return Arrays.stream(state).anyMatch(node -> node == nfa.accept());
    }

    /** Marks the bytes at which the next state may become another. */
    void mark(int[] state, boolean[] begins) {
      for (int node : state) {
        for (int e = nfa.bytes().from(node); e < nfa.bytes().from(node + 1); e++) {
          begins[nfa.bytes().low(e)] = true;
          begins[nfa.bytes().high(e) + 1] = true;
        }
      }
    }

    int[] step(int[] state, int label) {
      set.clear();
      for (int node : state) {
        for (int e = nfa.bytes().from(node); e < nfa.bytes().from(node + 1); e++) {
          if (nfa.bytes().low(e) <= label && label <= nfa.bytes().high(e)) {
            set.add(nfa.bytes().target(e));
          }
        }
      }
      return set.closed();
    }
  }

  /** One character of the set, in UTF-8; what ends alike shares its nodes. */
  private void addCharacter(CodePoints set, int from, int to) {
    Map<List<Integer>, Integer> tails = new HashMap<>();
    for (int[] range : set.ranges()) {
      for (int[] sequence : Utf8Ranges.of(range[0], range[1])) {
        int n = sequence.length / 2;
        int target = to;
        for (int i = n - 1; i > 0; i--) {
          var key = List.of(sequence[2 * i], sequence[2 * i + 1], target);
          Integer tail = tails.get(key);
          if (tail == null) {
            tail = node();
            bytes.add(tail, sequence[2 * i], sequence[2 * i + 1], target);
            tails.put(key, tail);
          }
          target = tail;
        }
        bytes.add(from, sequence[0], sequence[1], target);
      }
    }
  }

  /** Edges as they are added: from, low, high, to. */
  static final class Edges {
    private int[] values = new int[64];
    private int size;

    void add(int from, int low, int high, int to) {
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      values[size++] = from;
      values[size++] = low;
      values[size++] = high;
      values[size++] = to;
    }

    int size() {
      return size / 4;
    }

    int from(int edge) {
      return values[4 * edge];
    }

    int low(int edge) {
      return values[4 * edge + 1];
    }

    int high(int edge) {
      return values[4 * edge + 2];
    }

    int to(int edge) {
      return values[4 * edge + 3];
    }
  }
}
