package io.jgpt.engine.cpu;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A fixed set of daemon threads that share out the parts of one task at a time; the calling thread
 * is one of them. They wait for the next task by spinning for a moment, since the operators of a
 * step follow each other closely, and then by parking. Running a task allocates nothing.
 */
final class WorkerThreads implements AutoCloseable {

  /** One part of a task, on one of the threads. */
  interface Task {
    /**
     * Runs a part.
     *
     * @param part {@code 0 .. parts - 1}
     * @param worker {@code 0 .. threads - 1}: no two parts run on the same worker at once
     */
    void run(int part, int worker);
  }

  /** About 20 microseconds: longer than the gap between two operators. */
  private static final int SPINS = 2000;

  private final Worker[] workers;
  private final AtomicInteger nextPart = new AtomicInteger();
  private final AtomicInteger busy = new AtomicInteger();
  private Task task;
  private int parts;
  private final AtomicInteger round = new AtomicInteger();
  private volatile Throwable failure; // a RuntimeException or an Error
  private volatile boolean closed;

  /**
   * @param threads at least 1, the calling thread included
   */
  WorkerThreads(int threads) {
    workers = new Worker[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i + 1);
      workers[i].setDaemon(true);
      workers[i].start();
    }
  }

  int count() {
    return workers.length + 1;
  }

  /**
   * Runs all parts and returns when the last is done. If parts throw, the rest still runs and one
   * of their exceptions is thrown here.
   */
  @SuppressWarnings("ThreadPriorityCheck") // yields to a worker where there are fewer cores
  void run(int parts, Task task) {
    this.task = task;
    this.parts = parts;
    failure = null;
    nextPart.set(0);
    if (parts > 1) {
      wake();
    }
    takeParts(0);
    // Every worker must have left the task, else a late one could take parts of the next.
    for (int spins = 0; busy.get() > 0; spins++) {
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Throwable e -> throw (Error) e;
    }
  }

  private void wake() {
    busy.set(workers.length);
    round.incrementAndGet();
    for (Worker worker : workers) {
      if (worker.parked) {
        LockSupport.unpark(worker);
      }
    }
  }

  private void takeParts(int worker) {
    for (int part = nextPart.getAndIncrement(); part < parts; part = nextPart.getAndIncrement()) {
      try {
        task.run(part, worker);
      } catch (RuntimeException | Error e) {
        failure = e; // an Error too: a worker that ended would be waited for without end
      }
    }
  }

  /** Ends the threads; idempotent. */
  @Override
  public void close() {
    closed = true;
    for (Worker worker : workers) {
      LockSupport.unpark(worker);
    }
  }

  private final class Worker extends Thread {
    private final int index;
    private volatile boolean parked;

    Worker(int index) {
      super("jgpt-cpu-" + index);
      this.index = index;
    }

    @Override
    public void run() {
      int seen = 0;
      while (awaitRoundAfter(seen)) {
        seen = round.get();
        takeParts(index);
        busy.decrementAndGet();
      }
    }

    /** False when the threads end. */
    private boolean awaitRoundAfter(int seen) {
      for (int spins = 0; round.get() == seen; spins++) {
        if (closed) {
          return false;
        }
        if (spins < SPINS) {
          Thread.onSpinWait();
        } else {
          parked = true;
          // Whoever starts a round writes it first and then looks at parked: one of the two sees
          // the other.
          if (round.get() == seen && !closed) {
            LockSupport.park(WorkerThreads.this);
          }
          parked = false;
        }
      }
      return true;
    }
  }
}
