package io.jgpt.agent.program;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.concurrent.TimeUnit;

/**
 * Reads what a program prints, by a thread of its own, and ends the program that prints too much.
 */
final class BoundedOutput {

  /** Longer than a pipe's rest takes to be read. */
  private static final long PATIENCE_S = 5;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final int limit;
  private final Thread reader;
  private boolean exceeded;

  BoundedOutput(Process process, int limit) {
    this.limit = limit;
    this.reader = Thread.ofPlatform().daemon().name("jgpt-output").start(() -> read(process));
  }

  private void read(Process process) {
    byte[] chunk = new byte[8192];
    try (InputStream in = process.getInputStream()) {
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        if (!keep(chunk, n)) {
          process.destroyForcibly();
          return;
        }
      }
    } catch (IOException e) {
      return; // the program has been ended
    }
  }

  private synchronized boolean keep(byte[] chunk, int n) {
    int room = limit - bytes.size();
    bytes.write(chunk, 0, Math.min(n, room));
    exceeded = n > room;
    return !exceeded;
  }

  /** Whether there was more than the limit. */
  synchronized boolean exceeded() {
    return exceeded;
  }

  /** What was printed, when all that prints has ended. */
  String text(Charset encoding) {
    try {
      reader.join(TimeUnit.SECONDS.toMillis(PATIENCE_S));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (this) {
      return bytes.toString(encoding);
    }
  }
}
