package io.jgpt.engine.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** How fast Java's threads read memory: the sum over a block that no cache holds. */
final class JavaBandwidth {

  private static final long BLOCK = 256 << 20;
  private static final int PARTS = 64;
  private static final int RUNS = 5;

  private JavaBandwidth() {}

  /** Bytes per second: the best of a few runs, since whatever disturbs one only slows it. */
  static double measure(WorkerThreads workers, NativeMemory memory, Arena arena) {
    MemorySegment block = memory.allocateForStreaming("bandwidth test", BLOCK, arena);
    block.fill((byte) 1); // a page never written is the same zero page for all
    long[] sums = new long[PARTS];
    long longs = BLOCK / Long.BYTES / PARTS;
    double best = 0;
    for (int run = 0; run < RUNS; run++) {
      long start = System.nanoTime();
      workers.run(PARTS, (part, worker) -> sums[part] = sum(block, part * longs, longs));
      best = Math.max(best, BLOCK / ((System.nanoTime() - start) * 1e-9));
    }
    return best;
  }

  private static long sum(MemorySegment block, long first, long count) {
    long sum = 0;
    for (long i = first; i < first + count; i++) {
      sum += block.getAtIndex(ValueLayout.JAVA_LONG, i);
    }
    return sum;
  }
}
