package io.jgpt.engine.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;

/** Runs an operator on several numbers of threads. */
final class OperatorTrial {

  private static final int MAX_THREADS = 4;
  private static final int GUARD = 32; // floats behind an output
  private static final float PATTERN = 12345.678f;

  private OperatorTrial() {}

  /** Runs an operator and leaves its result in {@code out}. */
  interface Step {
    void run(Operators operators, MemorySegment out);
  }

  /** Of {@code count} floats; the same bytes on 1 to 4 threads. */
  static float[] onAnyThreads(OperatorSets.Named set, int count, Step step) {
    var memory = new NativeMemory(() -> Long.MAX_VALUE);
    var results = new ArrayList<float[]>();
    for (int threads = 1; threads <= MAX_THREADS; threads++) {
      try (Operators operators = set.open(threads, memory);
          Arena arena = Arena.ofShared()) {
        MemorySegment all = arena.allocate(4L * (count + GUARD), 64);
        float[] guard = new float[GUARD];
        Arrays.fill(guard, PATTERN);
        MemorySegment.copy(guard, 0, all, ValueLayout.JAVA_FLOAT, 4L * count, GUARD);
        MemorySegment out = all.asSlice(0, 4L * count);
        step.run(operators, out);
        results.add(out.toArray(ValueLayout.JAVA_FLOAT));
        assertArrayEquals(guard, all.asSlice(4L * count).toArray(ValueLayout.JAVA_FLOAT));
      }
      assertArrayEquals(results.getFirst(), results.getLast(), threads + " threads differ from 1");
    }
    assertEquals(0, memory.held());
    return results.getFirst();
  }

  static MemorySegment segment(Arena arena, float[] x) {
    MemorySegment segment = arena.allocate(4L * x.length, 64);
    return segment.copyFrom(MemorySegment.ofArray(x));
  }
}
