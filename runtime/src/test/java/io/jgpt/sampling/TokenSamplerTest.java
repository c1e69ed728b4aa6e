package io.jgpt.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.jgpt.error.DeviceException;
import io.jgpt.error.InputException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenSamplerTest {

  private static final int V = 1000;
  private static final int[] NO_PROMPT = {};

  /** Allows the same ids at each step, and remembers what was drawn. */
  private static final class Only implements TokenConstraint {
    private final long[] allowed;
    private int accepted;

    Only(int words, int... ids) {
      allowed = new long[words];
      for (int id : ids) {
        allowed[id / 64] |= 1L << id % 64;
      }
    }

    @Override
    public long[] mask() {
      return allowed;
    }

    @Override
    public void accept(int id) {
      accepted++;
    }

    @Override
    public boolean isComplete() {
      return accepted == 2;
    }
  }

  private final Candidates scratch = new Candidates(V);

  private static float[] normal(int seed) {
    var random = new Random(seed);
    float[] logits = new float[V];
    for (int i = 0; i < V; i++) {
      logits[i] = (float) (3 * random.nextGaussian());
    }
    return logits;
  }

  private static TokenSampler sampler(Sampling sampling) {
    return new TokenSampler(sampling, 1, 0, NO_PROMPT, 100, V);
  }

  private int draw(Sampling sampling, float[] logits) {
    return sampler(sampling).draw(logits, scratch);
  }

  @Test
  void greedyTakesTheLowestOfEqualIds() {
    float[] logits = new float[V];
    logits[7] = 2;
    logits[900] = 2;
    assertEquals(7, draw(Sampling.greedy(), logits));
  }

  @Test
  void aVanishingTemperatureIsGreedyAndAnEnormousOneUniform() {
    float[] logits = normal(1);
    assertEquals(
        draw(Sampling.greedy(), logits),
        draw(Sampling.neutral().temperature(Double.MIN_VALUE), logits));

    sampler(Sampling.neutral().temperature(Double.MAX_VALUE)).distribution(logits, scratch);
    assertEquals(V, scratch.size());
    assertEquals(0, scratch.score(3), 1e-300);
  }

  @Test
  void extremePenaltiesLeaveADistribution() {
    float[] logits = normal(2);
    int[] prompt = {1, 2, 3};
    for (Sampling sampling :
        List.of(
            Sampling.neutral().repetitionPenalty(Double.MIN_VALUE),
            Sampling.neutral().repetitionPenalty(Double.MAX_VALUE),
            Sampling.neutral().presencePenalty(-Double.MAX_VALUE).frequencyPenalty(-1e308),
            Sampling.neutral().logitBias(4, Double.NEGATIVE_INFINITY).presencePenalty(-1e308))) {
      var sampler = new TokenSampler(sampling, 1, 0, prompt, 9, V);
      for (int i = 0; i < 9; i++) {
        sampler.accept(sampler.draw(logits, scratch));
        assertTrue(Double.isFinite(scratch.score(0)), sampling.toString());
      }
    }
  }

  @Test
  void nothingPassesTheConstraint() {
    Sampling sampling =
        Sampling.neutral()
            .constraint(() -> new Only(2, 5, 70, 99))
            .logitBias(6, 1e9)
            .logitBias(999, 1e9); // beyond the end of the mask
    for (int seed = 0; seed < 200; seed++) {
      var sampler = new TokenSampler(sampling, seed, 0, NO_PROMPT, 100, V);
      int id = sampler.draw(normal(seed), scratch);
      assertTrue(id == 5 || id == 70 || id == 99, "token " + id);
    }
    assertEquals(5, draw(sampling.temperature(0), new float[V]));
  }

  @Test
  void aConstraintSeesTheTokensAndEnds() {
    TokenSampler sampler = sampler(Sampling.greedy().constraint(() -> new Only(1, 5)));
    sampler.accept(sampler.draw(normal(3), scratch));
    assertEquals(false, sampler.isComplete());
    sampler.accept(sampler.draw(normal(3), scratch));
    assertEquals(true, sampler.isComplete());
  }

  @Test
  void whereNoTokenIsPossibleTheOptionsAreNamed() {
    for (Sampling options : List.of(Sampling.greedy(), Sampling.defaults())) {
      Sampling blocked = options.constraint(() -> new Only(16));
      var e = assertThrows(InputException.class, () -> draw(blocked, normal(4)));
      assertEquals("sampling.none", e.key());
    }
  }

  @Test
  void aLogitThatIsNoNumberIsTheModelsFailure() {
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      float[] logits = normal(5);
      logits[321] = value;
      var e = assertThrows(DeviceException.class, () -> draw(Sampling.greedy(), logits));
      assertTrue(e.getMessage().contains(value + " as the logit of token id 321"), e.getMessage());
    }
    float[] logits = normal(5);
    Arrays.fill(logits, 1, V, Float.NEGATIVE_INFINITY);
    assertEquals(0, draw(Sampling.defaults(), logits));
  }

  @Test
  void aBiasOutsideTheVocabularyIsRefused() {
    var e =
        assertThrows(InputException.class, () -> sampler(Sampling.defaults().logitBias(V, 1.0)));
    assertEquals(
        "logit bias for token id 1000; the vocabulary's ids go from 0 to 999", e.getMessage());
  }

  @Test
  void seedSampleAndIndexEachChangeTheDraw() {
    float[] equal = new float[V];
    int first = new TokenSampler(Sampling.neutral(), 9, 0, NO_PROMPT, 2, V).draw(equal, scratch);
    var again = new TokenSampler(Sampling.neutral(), 9, 0, NO_PROMPT, 2, V);

    assertEquals(first, again.draw(equal, scratch));
    assertNotEquals(first, again.draw(equal, scratch));
    assertNotEquals(
        first, new TokenSampler(Sampling.neutral(), 10, 0, NO_PROMPT, 2, V).draw(equal, scratch));
    assertNotEquals(
        first, new TokenSampler(Sampling.neutral(), 9, 1, NO_PROMPT, 2, V).draw(equal, scratch));
  }

  @Test
  void drawingAllocatesNothing() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    float[] logits = normal(6);
    int tokens = 2000;
    Sampling everything =
        Sampling.defaults()
            .logitBias(3, 1)
            .repetitionPenalty(1.2)
            .presencePenalty(0.1)
            .minP(0.01)
            .typicalP(0.9)
            .constraint(() -> new Only(16, 1, 2, 3, 500, 600, 999));
    for (Sampling sampling : List.of(everything, Sampling.greedy(), Sampling.neutral())) {
      var sampler = new TokenSampler(sampling, 1, 0, NO_PROMPT, tokens, V);
      sampler.accept(sampler.draw(logits, scratch));
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 1; i < tokens; i++) {
        sampler.accept(sampler.draw(logits, scratch));
      }
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertTrue(allocated < tokens, allocated + " bytes in " + tokens + " draws");
    }
  }

  @Test
  void rawLogprobsAreALogSoftmax() {
    float[] logits = {1, 3, 2, 3, Float.NEGATIVE_INFINITY};
    int[] top = new int[4];
    new RawLogprobs(5).mostProbable(logits, top);
    double sum = Math.exp(1) + 2 * Math.exp(3) + Math.exp(2);

    assertEquals(List.of(1, 3, 2, 0), Arrays.stream(top).boxed().toList());
    assertEquals(Math.log(sum), RawLogprobs.logSumExp(logits, 0, 5), 1e-12);
    assertEquals(Math.log(Math.exp(3) + Math.exp(2)), RawLogprobs.logSumExp(logits, 1, 2), 1e-12);
    float[] large = {100_000, 100_000};
    assertEquals(100_000 + Math.log(2), RawLogprobs.logSumExp(large, 0, 2), 1e-9);
  }

  /** Tenths added up in floating point would make 0.3 of three and less than 0.8 of eight. */
  @Test
  void sharesOfEqualTokensAreExact() {
    float[] logits = new float[V];
    Arrays.fill(logits, 10, V, Float.NEGATIVE_INFINITY);
    for (int tenths = 1; tenths < 10; tenths++) {
      sampler(Sampling.neutral().topP(tenths / 10.0)).distribution(logits, scratch);
      assertEquals(tenths, scratch.size());
      assertEquals(tenths - 1, scratch.id(tenths - 1));
    }
  }
}
