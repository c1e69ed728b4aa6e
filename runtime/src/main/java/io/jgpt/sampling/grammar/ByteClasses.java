package io.jgpt.sampling.grammar;

/** Bytes that no edge of an automaton tells apart form a class. */
final class ByteClasses {

  private final int[] classOf = new int[256];
  private final int[] first = new int[256];
  private final int count;

  ByteClasses(Nfa.EdgeTable bytes) {
    boolean[] begins = new boolean[257];
    for (int e = 0; e < bytes.size(); e++) {
      begins[bytes.low(e)] = true;
      begins[bytes.high(e) + 1] = true;
    }
    int classes = 0;
    for (int b = 1; b < 256; b++) {
      if (begins[b]) {
        first[++classes] = b;
      }
      classOf[b] = classes;
    }
    count = classes + 1;
  }

  int count() {
    return count;
  }

  int of(int value) {
    return classOf[value];
  }

  /** One byte of the class. */
  int first(int byteClass) {
    return first[byteClass];
  }

  /** True if the class has one byte alone. */
  boolean isSingle(int byteClass) {
    return (byteClass + 1 == count ? 256 : first[byteClass + 1]) == first[byteClass] + 1;
  }
}
