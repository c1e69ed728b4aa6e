package io.jgpt.engine.cpu;

import java.util.List;

/** Every set of operators that this machine can run: what holds for one must hold for all. */
final class OperatorSets {

  private OperatorSets() {}

  /** How a set is opened. */
  record Named(String name, Factory factory) {
    Operators open(int threads, NativeMemory memory) {
      return factory.open(threads, memory);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** Opens a set. */
  interface Factory {
    /** Opens a set with that many threads. */
    Operators open(int threads, NativeMemory memory);
  }

  static List<Named> all() {
    return List.of(new Named("java", JavaOperators::new));
  }
}
