package io.jgpt.cli;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C, and the other signals that end a process. The JVM begins to shut down at once; a command
 * that has something to finish registers how it is stopped, and the shutdown waits until it has
 * written the rest and closed what it holds. The exit code is the JVM's: 130 for Ctrl-C, 143 for a
 * termination.
 */
final class Interruption {

  /** So that a reader who never takes the rest cannot keep the process. */
  private static final long PATIENCE_SECONDS = 3;

  private final CountDownLatch finished = new CountDownLatch(1);
  private Optional<Runnable> stop = Optional.empty();
  private boolean requested;

  static Interruption ofProcess() {
    var interruption = new Interruption();
    Runtime.getRuntime()
        .addShutdownHook(new Thread(interruption::interruptAndWait, "jgpt-interruption"));
    return interruption;
  }

  /**
   * What is to happen on Ctrl-C, in place of what was; at once, if that came before. Called from
   * another thread.
   */
  void onInterrupt(Runnable stopping) {
    synchronized (this) {
      stop = Optional.of(stopping);
      if (!requested) {
        return;
      }
    }
    stopping.run();
  }

  synchronized boolean requested() {
    return requested;
  }

  /** Stops what is registered; returns false if nothing is. */
  boolean interrupt() {
    Optional<Runnable> stopping;
    synchronized (this) {
      requested = true;
      stopping = stop;
    }
    stopping.ifPresent(Runnable::run);
    return stopping.isPresent();
  }

  /** The run is over: everything is written and closed. */
  void finished() {
    finished.countDown();
  }

  private void interruptAndWait() {
    if (finished.getCount() == 0) {
      return; // an ordinary end
    }
    try {
      if (interrupt()) {
        var _ = finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
