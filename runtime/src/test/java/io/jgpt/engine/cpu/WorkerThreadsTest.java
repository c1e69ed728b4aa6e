package io.jgpt.engine.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerThreadsTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void everyPartRunsOnceAndIsDoneOnReturn(int threads) throws InterruptedException {
    try (var workers = new WorkerThreads(threads)) {
      for (int round = 0; round < 3000; round++) {
        int parts = round % 9;
        var runs = new AtomicIntegerArray(9);
        var inUse = new AtomicIntegerArray(threads);
        workers.run(
            parts,
            (part, worker) -> {
              assertEquals(1, inUse.incrementAndGet(worker));
              runs.incrementAndGet(part);
              inUse.decrementAndGet(worker);
            });
        for (int part = 0; part < 9; part++) {
          assertEquals(part < parts ? 1 : 0, runs.get(part), "round " + round);
        }
        if (round % 1000 == 999) {
          Thread.sleep(5); // long enough for the workers to park
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void anExceptionArrivesAndTheNextTaskRuns(int threads) {
    try (var workers = new WorkerThreads(threads)) {
      var runs = new AtomicIntegerArray(1);
      for (int round = 0; round < 100; round++) {
        var e =
            assertThrows(
                IllegalStateException.class,
                () ->
                    workers.run(
                        8,
                        (part, worker) -> {
                          runs.incrementAndGet(0);
                          if (part == 5) {
                            throw new IllegalStateException("part 5");
                          }
                        }));
        assertEquals("part 5", e.getMessage());
      }
      workers.run(8, (part, worker) -> runs.incrementAndGet(0));
      assertEquals(808, runs.get(0));
      assertTrue(workers.count() == threads);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void anErrorEndsNoThread(int threads) {
    try (var workers = new WorkerThreads(threads)) {
      for (int round = 0; round < 100; round++) {
        assertThrows(
            OutOfMemoryError.class,
            () ->
                workers.run(
                    8,
                    (part, worker) -> {
                      throw new OutOfMemoryError("part " + part);
                    }));
      }
    }
  }
}
