package io.jgpt.engine.cuda.kernel;

import io.jgpt.engine.Draw;
import io.jgpt.sampling.ReferenceDraw;
import java.util.Random;
import java.util.function.DoubleToIntFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Where an option begins to change the token: on the host, halving finds two neighbouring numbers
 * with different tokens, and the device must change between the same two. A last bit of an
 * exponential, a logarithm or a sum that differs shows here, and hardly anywhere else.
 */
@Tag("cuda")
class SamplingBordersTest {

  private static final int V = 40;
  private static final int ROWS = 60;
  private static final int ULPS = 2;
  private static final int[] NO_IDS = {};

  /** An option with a range in which it matters. */
  enum Option {
    BIAS(-30, 30), // decides between two noises: logarithms
    TOP_P(0, 1),
    MIN_P(0, 1), // compared with an exponential
    TYPICAL_P(1e-9, 1);

    final double from;
    final double to;

    Option(double from, double to) {
      this.from = from;
      this.to = to;
    }

    Draw draw(double value, long seed) {
      var options =
          new Draw.Options(
              1.1,
              0,
              this == TOP_P ? value : 1,
              this == MIN_P ? value : 0,
              this == TYPICAL_P ? value : 1,
              1,
              0,
              0,
              seed,
              0);
      int[] biased = this == BIAS ? new int[] {3} : NO_IDS;
      double[] biases = this == BIAS ? new double[] {value} : new double[0];
      var draw = new Draw(options, biased, biases, NO_IDS, NO_IDS);
      draw.next(0, 0);
      return draw;
    }
  }

  @ParameterizedTest
  @EnumSource(Option.class)
  void theTokenChangesWhereTheHostsDoes(Option option) {
    var reference = new ReferenceDraw(V);
    var random = new Random(17);
    try (var bench = new KernelBench()) {
      var trial = new SamplingTrial(bench, V);
      int rows = 0;
      while (rows < ROWS) {
        long seed = random.nextLong();
        float[] logits = logits(random);
        DoubleToIntFunction token =
            value -> {
              Draw draw = option.draw(value, seed);
              reference.answer(draw, logits);
              return draw.outcome();
            };
        if (token.applyAsInt(option.from) == token.applyAsInt(option.to)) {
          continue; // the most probable token wins anyhow
        }
        double border = border(token, option);
        for (int ulp = -ULPS; ulp <= ULPS; ulp++) {
          double value = Math.clamp(border + ulp * Math.ulp(border), option.from, option.to);
          trial.add(logits, option.draw(value, seed));
        }
        rows++;
      }
      trial.assertDrawnAsOnTheHost();
    }
  }

  /** Some are alike: a border may lie among equals. */
  private static float[] logits(Random random) {
    float[] logits = new float[V];
    for (int id = 0; id < V; id++) {
      logits[id] = id % 5 == 0 ? 1 : (float) (1.5 * random.nextGaussian());
    }
    return logits;
  }

  /** The last number before the token changes. */
  private static double border(DoubleToIntFunction token, Option option) {
    double low = option.from;
    double high = option.to;
    int atLow = token.applyAsInt(low);
    while (Math.nextUp(low) < high) {
      double middle = Math.max(low + (high - low) / 2, Math.nextUp(low));
      if (token.applyAsInt(middle) == atLow) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
