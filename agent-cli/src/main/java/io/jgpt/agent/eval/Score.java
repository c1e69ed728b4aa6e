package io.jgpt.agent.eval;

import java.util.Locale;

/**
 * How many of how many.
 *
 * @param done tasks
 * @param all tasks, at least one
 */
public record Score(int done, int all) {

  /** The quantile of the normal distribution for 95%. */
  private static final double Z = 1.959964;

  /** Checks that it is a share. */
  public Score {
    if (all < 1 || done < 0 || done > all) {
      throw new IllegalArgumentException(done + " of " + all);
    }
  }

  /** Between 0 and 1. */
  public double share() {
    return (double) done / all;
  }

  /** Lower end of the 95% confidence interval (Wilson, 1927). */
  public double low() {
    return (center() - margin()) / (1 + Z * Z / all);
  }

  /** Upper end of the same interval. */
  public double high() {
    return (center() + margin()) / (1 + Z * Z / all);
  }

  private double center() {
    return share() + Z * Z / (2.0 * all);
  }

  private double margin() {
    return Z * Math.sqrt(share() * (1 - share()) / all + Z * Z / (4.0 * all * all));
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d of %d, %.1f%% (%.1f to %.1f)",
        done,
        all,
        100 * share(),
        100 * low(),
        100 * high());
  }
}
