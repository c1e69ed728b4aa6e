package io.jgpt.train.simulator;

import java.util.List;
import java.util.SplittableRandom;

/** Random choices; the same seed gives the same ones everywhere. */
final class Dice {

  private final SplittableRandom random;

  /** One stream of a seed. Neighbouring numbers have nothing in common. */
  Dice(long seed, long number) {
    // A splittable generator steps by adding: streams must not start at such steps from each other.
    random = new SplittableRandom(mixed(mixed(seed) + number));
  }

  /** The finalizer of MurmurHash3. */
  private static long mixed(long value) {
    long z = (value ^ (value >>> 33)) * 0xff51afd7ed558ccdL;
    z = (z ^ (z >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return z ^ (z >>> 33);
  }

  /** Between 0 and {@code bound - 1}. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  /** Between both, inclusive. */
  int between(int low, int high) {
    return random.nextInt(low, high + 1);
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  <T> T of(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  @SafeVarargs
  final <T> T of(T... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
