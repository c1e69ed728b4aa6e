package io.jgpt.sampling.grammar;

import java.util.Arrays;
import java.util.Optional;

/**
 * A deterministic state: the nodes of the {@link Nfa} that the text so far may have led to, and
 * what is already known of what follows. Belongs to its {@link Automaton}, and is used under its
 * lock.
 */
final class State {

  /** Nodes, ascending; only those that a byte or a special token leaves, and the last one. */
  private final int[] nodes;

  private final boolean accepting;
  private final int[] least;
  private State[] next;
  private MaskRow[] rows;

  /**
   * @param least by context, the least number of tokens that completes
   * @param byteClasses number of classes of bytes
   */
  State(int[] nodes, boolean accepting, int[] least, int byteClasses) {
    this.nodes = nodes;
    this.accepting = accepting;
    this.least = least;
    next = new State[byteClasses];
    rows = new MaskRow[least.length];
  }

  int[] nodes() {
    return nodes;
  }

  boolean isDead() {
    return nodes.length == 0;
  }

  /** True if the text may end here. */
  boolean isAccepting() {
    return accepting;
  }

  int least(int context) {
    return least[context];
  }

  Optional<State> next(int byteClass) {
    return Optional.ofNullable(next[byteClass]);
  }

  void next(int byteClass, State state) {
    next[byteClass] = state;
  }

  Optional<MaskRow> row(int context) {
    return Optional.ofNullable(rows[context]);
  }

  void row(int context, MaskRow row) {
    rows[context] = row;
  }

  /** Forgets what can be found again, so that nothing but this state is held by who holds it. */
  void forget() {
    Arrays.fill(next, null);
    Arrays.fill(rows, null);
  }
}
