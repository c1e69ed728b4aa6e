package io.jgpt.engine.cuda.driver;

import java.util.Locale;

/** Sizes as people read them. */
final class ByteSize {

  private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB"};

  private ByteSize() {}

  /** {@code 18.8 GiB}, {@code 72.0 MiB}, {@code 12.0 KiB}, {@code 512 B}. */
  static String text(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    int unit = Math.min((63 - Long.numberOfLeadingZeros(bytes)) / 10, UNITS.length);
    return String.format(
        Locale.ROOT, "%.1f %s", bytes / (double) (1L << (10 * unit)), UNITS[unit - 1]);
  }
}
