package io.jgpt.engine.cuda.kernel;

import io.jgpt.engine.cuda.driver.DeviceBuffer;

/** What a launch asks of its buffers. */
final class Shapes {

  /**
   * @param elements of float32 or int
   */
  static void require(DeviceBuffer buffer, long elements) {
    requireBytes(buffer, 4 * elements);
  }

  static void requireBytes(DeviceBuffer buffer, long bytes) {
    if (buffer.bytes() < bytes) {
      throw new IllegalArgumentException(buffer + " is smaller than the " + bytes + " bytes used");
    }
  }

  static void requireEqual(String what, int given, int expected) {
    if (given != expected) {
      throw new IllegalArgumentException(what + " is " + given + ", expected " + expected);
    }
  }

  static void requirePositive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(what + " is " + value + "; it must be at least 1");
    }
  }

  private Shapes() {}
}
