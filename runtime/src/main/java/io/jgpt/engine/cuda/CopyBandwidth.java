package io.jgpt.engine.cuda;

import io.jgpt.engine.cuda.driver.CudaContext;
import io.jgpt.engine.cuda.driver.CudaEvent;
import io.jgpt.engine.cuda.driver.CudaStream;
import io.jgpt.engine.cuda.driver.DeviceBuffer;

/** How fast a device copies from memory to memory. */
final class CopyBandwidth {

  /** Several times the largest cache (50 MB on an H100). */
  private static final long LARGEST_COPY = 256 << 20;

  private static final int COPIES = 8;
  private static final int SHARE_OF_FREE = 4;

  private CopyBandwidth() {}

  /**
   * Bytes per second, read and written together: the median would be of one, so the first copy is
   * left out and the rest timed as a whole by the device's clock. Takes memory while it runs, a
   * quarter of what is free at most.
   */
  static double measure(CudaContext context, CudaStream stream) {
    long bytes = Math.clamp(context.memory().freeBytes() / SHARE_OF_FREE / 2, 1, LARGEST_COPY);
    try (DeviceBuffer from = context.allocate("bandwidth.from", bytes);
        DeviceBuffer to = context.allocate("bandwidth.to", bytes);
        CudaEvent start = context.newTimedEvent("bandwidth.start");
        CudaEvent end = context.newTimedEvent("bandwidth.end")) {
      stream.fill(from, (byte) 0);
      stream.copy(to, from);
      stream.record(start);
      for (int i = 0; i < COPIES; i++) {
        stream.copy(to, from);
      }
      stream.record(end);
      end.synchronize();
      return 2.0 * COPIES * bytes / (end.millisSince(start) / 1e3);
    }
  }
}
