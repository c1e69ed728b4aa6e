package io.jgpt.agent;

/**
 * Stops a run from another thread. The run's thread is interrupted only where it waits for a
 * planner, a tool or the user, never while it writes its log.
 */
public final class Cancellation {

  /** Something that waits. */
  @FunctionalInterface
  public interface Waiting<T, E extends Exception> {

    /** Waits. */
    T call() throws E, InterruptedException;
  }

  private Thread waiting;
  private boolean requested;

  /** Lets the run stop as soon as it can. */
  public synchronized void request() {
    requested = true;
    if (waiting != null) {
      waiting.interrupt();
    }
  }

  /** Whether the run is to stop. */
  public synchronized boolean requested() {
    return requested;
  }

  /**
   * Waits interruptibly. The thread is not interrupted afterwards; that it was is remembered here.
   *
   * @throws E if what waits fails
   * @throws InterruptedException if the stop was requested before or meanwhile
   */
  public <T, E extends Exception> T during(Waiting<T, E> call) throws E, InterruptedException {
    synchronized (this) {
      if (requested) {
        throw new InterruptedException();
      }
      waiting = Thread.currentThread();
    }
    try {
      return call.call();
    } catch (InterruptedException e) {
      request();
      throw e;
    } finally {
      synchronized (this) {
        waiting = null;
        requested |= Thread.interrupted();
      }
    }
  }
}
