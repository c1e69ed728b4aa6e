package io.jgpt.sampling.grammar;

import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A grammar over a vocabulary: the {@link Nfa} made deterministic as far as texts have gone, and
 * the masks of the states where they stopped. Both are kept within bounds: where one is reached all
 * that can be found again is forgotten. Safe for use by any number of threads.
 */
final class Automaton {

  /** Most states kept; one takes about a kilobyte. */
  static final int MAX_STATES = 1 << 14;

  /** Most bytes of masks kept. */
  static final long MAX_ROW_BYTES = 32L << 20;

  private final Nfa nfa;
  private final TokenTries tries;
  private final int[][] leastOfNode;
  private final ByteClasses classes;
  private final long[] noEnds;
  private final long[] ends;
  private final State start;

  // Under this object's monitor.
  private final Map<IntBuffer, State> states = new HashMap<>();
  private final NodeSet set;
  private long rowBytes;

  Automaton(Nfa nfa, TokenTries tries) {
    this.nfa = nfa;
    this.tries = tries;
    leastOfNode = LeastTokens.of(nfa, tries);
    classes = new ByteClasses(nfa.bytes());
    set = new NodeSet(nfa);
    noEnds = new long[(tries.vocabulary().size() + 63) >> 6];
    ends = noEnds.clone();
    for (int id : tries.vocabulary().endOfText()) {
      ends[id >> 6] |= 1L << id;
    }
    set.clear();
    set.add(nfa.start());
    start = state();
  }

  State start() {
    return start;
  }

  TokenTries tries() {
    return tries;
  }

  /** Number of states kept. */
  synchronized int states() {
    return states.size();
  }

  /** Bytes of the masks kept. */
  synchronized long rowBytes() {
    return rowBytes;
  }

  /** The state after these bytes; a dead one where they do not fit. */
  synchronized State after(State state, byte[] bytes) {
    State at = state;
    for (int i = 0; i < bytes.length && !at.isDead(); i++) {
      at = step(at, classes.of(bytes[i] & 0xFF));
    }
    return at;
  }

  /** The state after a special token; a dead one where it does not fit. */
  synchronized State afterSpecial(State state, int id) {
    set.clear();
    Nfa.EdgeTable specials = nfa.specials();
    for (int node : state.nodes()) {
      for (int e = specials.from(node); e < specials.from(node + 1); e++) {
        if (specials.low(e) == id) {
          set.add(specials.target(e));
        }
      }
    }
    return state();
  }

  /** What may come in this state. */
  synchronized MaskRow row(State state, int context) {
    Optional<MaskRow> known = state.row(context);
    if (known.isPresent()) {
      return known.get();
    }
    MaskRow row = makeRow(state, context);
    if (rowBytes + row.bytes() > MAX_ROW_BYTES) {
      forgetAll();
    }
    state.row(context, row);
    rowBytes += row.bytes();
    return row;
  }

  private MaskRow makeRow(State state, int context) {
    var row = new MaskRow.Builder();
    ByteTrie trie = tries.forward(context);
    State[] path = new State[trie.maxDepth() + 1];
    path[0] = state;
    for (int node = 1; node < trie.nodes(); ) {
      int depth = trie.depth(node);
      State at = step(path[depth - 1], classes.of(trie.label(node)));
      if (at.isDead()) {
        node = trie.end(node);
        continue;
      }
      path[depth] = at;
      for (int t = trie.firstToken(node); t < trie.firstToken(node + 1); t++) {
        int id = trie.token(t);
        addIfEnding(row, id, depth, at.least(tries.contextAfter(id, context)));
      }
      node++;
    }
    Set<Integer> added = new HashSet<>();
    Nfa.EdgeTable specials = nfa.specials();
    for (int at : state.nodes()) {
      for (int e = specials.from(at); e < specials.from(at + 1); e++) {
        int id = specials.low(e);
        int least = afterSpecial(state, id).least(context);
        if (added.add(id) && least != LeastTokens.NEVER) {
          row.add(id, 0, least);
        }
      }
    }
    boolean mayEnd = state.isAccepting();
    return row.build(mayEnd ? ends : noEnds, mayEnd, forcedBytes(state, trie.maxDepth()));
  }

  private static void addIfEnding(MaskRow.Builder row, int id, int length, int least) {
    if (least != LeastTokens.NEVER) {
      row.add(id, length, least);
    }
  }

  /** How many bytes, up to {@code most}, come next in any text. */
  private int forcedBytes(State state, int most) {
    State at = state;
    int count = 0;
    while (count < most && !at.isAccepting() && !hasSpecials(at)) {
      Optional<State> only = onlyNext(at);
      if (only.isEmpty()) {
        break;
      }
      at = only.get();
      count++;
    }
    return count;
  }

  private boolean hasSpecials(State state) {
    return Arrays.stream(state.nodes())
        .anyMatch(node -> nfa.specials().from(node) < nfa.specials().from(node + 1));
  }

  /** The state that follows if a single byte can. */
  private Optional<State> onlyNext(State state) {
    Optional<State> only = Optional.empty();
    for (int byteClass = 0; byteClass < classes.count(); byteClass++) {
      State next = step(state, byteClass);
      if (!next.isDead()) {
        if (only.isPresent() || !classes.isSingle(byteClass)) {
          return Optional.empty();
        }
        only = Optional.of(next);
      }
    }
    return only;
  }

  private State step(State state, int byteClass) {
    Optional<State> known = state.next(byteClass);
    if (known.isPresent()) {
      return known.get();
    }
    int label = classes.first(byteClass);
    set.clear();
    Nfa.EdgeTable bytes = nfa.bytes();
    for (int node : state.nodes()) {
      for (int e = bytes.from(node); e < bytes.from(node + 1); e++) {
        if (bytes.low(e) <= label && label <= bytes.high(e)) {
          set.add(bytes.target(e));
        }
      }
    }
    State next = state();
    state.next(byteClass, next);
    return next;
  }

  /** The state of the nodes in {@link #set}. */
  private State state() {
    int[] nodes = set.closed();
    IntBuffer key = IntBuffer.wrap(nodes); // equal by what is in it
    State known = states.get(key);
    if (known != null) {
      return known;
    }
    int[] least = new int[tries.contexts()];
    Arrays.fill(least, LeastTokens.NEVER);
    boolean accepting = false;
    for (int node : nodes) {
      accepting |= node == nfa.accept();
      for (int context = 0; context < least.length; context++) {
        least[context] = Math.min(least[context], leastOfNode[context][node]);
      }
    }
    if (states.size() == MAX_STATES) {
      forgetAll();
    }
    var state = new State(nodes, accepting, least, classes.count());
    states.put(key, state);
    return state;
  }

  private void forgetAll() {
    states.values().forEach(State::forget);
    states.clear();
    rowBytes = 0;
  }
}
