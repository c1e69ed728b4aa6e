package io.jgpt.bench.peers;

import java.time.Duration;

/** When the time is up. */
final class Deadline {

  private final long began = System.nanoTime();
  private final Duration time;

  /**
   * @param time from now on
   */
  Deadline(Duration time) {
    this.time = time;
  }

  /**
   * What is left of the time.
   *
   * @throws PeerException if nothing is
   */
  Duration left() {
    Duration left = time.minus(passed());
    if (!left.isPositive()) {
      throw new PeerException("the time (--minutes " + time.toMinutes() + ") is used up");
    }
    return left;
  }

  /** The same, but no more than {@code most}. */
  Duration left(Duration most) {
    Duration left = left();
    return left.compareTo(most) < 0 ? left : most;
  }

  double secondsLeft() {
    return time.minus(passed()).toNanos() / 1e9;
  }

  private Duration passed() {
    return Duration.ofNanos(System.nanoTime() - began);
  }
}
