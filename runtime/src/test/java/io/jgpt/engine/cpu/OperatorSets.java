package io.jgpt.engine.cpu;

import java.util.ArrayList;
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
    var sets = new ArrayList<Named>();
    sets.add(new Named("java", JavaOperators::new));
    for (InstructionSet instructions : InstructionSet.values()) {
      if (available(instructions)) {
        sets.add(
            new Named(
                instructions.label(), (threads, memory) -> nativeOperators(threads, instructions)));
      }
    }
    return sets;
  }

  private static boolean available(InstructionSet instructions) {
    try (NativeOperators operators = nativeOperators(1, instructions)) {
      return operators.instructions() == instructions;
    }
  }

  /** Where the library cannot run, tests of it must not pass by not running. */
  private static NativeOperators nativeOperators(int threads, InstructionSet cap) {
    return switch (NativeOperators.open(threads, cap)) {
      case NativeOperators.Opened opened -> opened.operators();
      case NativeOperators.Unavailable unavailable -> throw unavailable.reason();
    };
  }
}
