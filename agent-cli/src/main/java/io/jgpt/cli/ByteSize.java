package io.jgpt.cli;

import java.util.Locale;

/** Sizes as people read them. */
final class ByteSize {

  private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB"};

  private ByteSize() {}

  /** {@code 18.8 GiB}, {@code 72.0 MiB}, {@code 0.5 KiB}. */
  static String text(long bytes) {
    double size = bytes / 1024.0;
    int unit = 0;
    while (size >= 1024 && unit < UNITS.length - 1) {
      size /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", size, UNITS[unit]);
  }
}
