package io.jgpt.engine.cuda.driver;

import java.util.ArrayDeque;
import java.util.Deque;

/** What was opened one after the other, to be closed in reverse. */
final class Resources implements AutoCloseable {

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  <T extends AutoCloseable> T add(T resource) {
    opened.push(resource);
    return resource;
  }

  boolean isEmpty() {
    return opened.isEmpty();
  }

  /** Closes what a failed opening leaves behind; {@code failure} is the one to tell. */
  void closeAfter(Throwable failure) {
    try {
      close();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /** Closes all; idempotent. Throws the first failure, after the last is closed. */
  @Override
  public void close() {
    RuntimeException failure = null;
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (RuntimeException e) {
        failure = failure == null ? e : failure;
      } catch (Exception e) {
        throw new AssertionError("what is opened here throws nothing else", e);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
