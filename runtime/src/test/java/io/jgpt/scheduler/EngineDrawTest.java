package io.jgpt.scheduler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.jgpt.error.DeviceException;
import io.jgpt.error.InputException;
import io.jgpt.error.JgptException;
import io.jgpt.sampling.ReferenceDraw;
import io.jgpt.sampling.Sampling;
import io.jgpt.sampling.TokenConstraint;
import io.jgpt.sampling.TokenSampler;
import io.jgpt.testing.FakeEngine;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An engine that draws gives the tokens that the host's sampler draws from the same logits. */
@Timeout(60)
class EngineDrawTest {

  private static final int V = 150;
  private static final int CONTEXT = 300;
  private static final int MAX_BATCH = 128;
  private static final double BANNED = Double.NEGATIVE_INFINITY;

  private final FakeEngine engine = drawing(new FakeEngine(V, CONTEXT, MAX_BATCH));
  private final FakeEngine hostEngine = new FakeEngine(V, CONTEXT, MAX_BATCH);
  private final Scheduler scheduler = new Scheduler(engine, "drawing", Long.MAX_VALUE);
  private final Scheduler host = new Scheduler(hostEngine, "host", Long.MAX_VALUE);

  private static FakeEngine drawing(FakeEngine engine) {
    return engine.drawing(new ReferenceDraw(V)::answer);
  }

  @AfterEach
  void close() {
    scheduler.close();
    host.close();
    assertEquals(0, engine.openTokens());
    assertEquals(0, hostEngine.drawn());
  }

  private static int[] prompt(int seed, int length) {
    return IntStream.range(0, length).map(i -> (seed * 7 + i * i) % V).toArray();
  }

  private static Heard complete(
      Scheduler scheduler, int[] prompt, int maxTokens, Sampling sampling, int sample) {
    return complete(scheduler, prompt, maxTokens, sampling, sample, false);
  }

  private static Heard complete(
      Scheduler scheduler,
      int[] prompt,
      int maxTokens,
      Sampling sampling,
      int sample,
      boolean wantsLogits) {
    var sampler = new TokenSampler(sampling, -77, sample, prompt, maxTokens, V);
    var request = new Completion.Request(prompt, maxTokens, sampler, new int[] {3}, wantsLogits);
    var heard = new Heard();
    scheduler.complete(request, heard);
    return heard;
  }

  /** Every third id, and after each token others; complete after ten. */
  private static final class Rotating implements TokenConstraint {
    private final long[] mask = new long[2]; // ids from 128 on lie beyond its end
    private int accepted;
    private int asked;

    @Override
    public long[] mask() {
      assertFalse(isComplete());
      assertEquals(accepted, asked++, "a mask is asked for once per token");
      for (int id = 0; id < 128; id++) {
        long bit = 1L << id;
        mask[id / 64] = id % 3 == accepted % 3 ? mask[id / 64] | bit : mask[id / 64] & ~bit;
      }
      return mask;
    }

    @Override
    public void accept(int id) {
      assertEquals(accepted % 3, id % 3);
      accepted++;
    }

    @Override
    public boolean isComplete() {
      return accepted == 10;
    }
  }

  private static List<Sampling> everyCombination() {
    List<Sampling> all = List.of(Sampling.neutral());
    List<UnaryOperator<Sampling>> options =
        List.of(
            sampling -> sampling.temperature(0),
            sampling -> sampling.temperature(0.6),
            sampling -> sampling.topK(7),
            sampling -> sampling.topP(0.8),
            sampling -> sampling.minP(0.05),
            sampling -> sampling.typicalP(0.7),
            sampling -> sampling.repetitionPenalty(1.4),
            sampling -> sampling.presencePenalty(0.6),
            sampling -> sampling.frequencyPenalty(0.4),
            sampling -> sampling.logitBias(Map.of(5, 2.5, 100, BANNED, 9, -1.0)),
            sampling -> sampling.constraint(Rotating::new));
    for (UnaryOperator<Sampling> option : options) {
      List<Sampling> more = new ArrayList<>(all);
      all.forEach(sampling -> more.add(option.apply(sampling)));
      all = more;
    }
    return all;
  }

  @Test
  void everyCombinationOfOptionsGivesTheSameTokens() throws Exception {
    List<Sampling> combinations = everyCombination();
    assertEquals(2048, combinations.size());
    List<Heard> byEngine = new ArrayList<>();
    List<Heard> byHost = new ArrayList<>();
    for (int i = 0; i < combinations.size(); i++) {
      int[] prompt = prompt(i, 1 + i % 30);
      byEngine.add(complete(scheduler, prompt, 12, combinations.get(i), i % 3));
      byHost.add(complete(host, prompt, 12, combinations.get(i), i % 3));
    }
    for (int i = 0; i < combinations.size(); i++) {
      String options = combinations.get(i).toString();
      assertArrayEquals(byHost.get(i).ids(), byEngine.get(i).ids(), options);
      assertEquals(byHost.get(i).ending(), byEngine.get(i).ending(), options);
    }
    assertEquals(byEngine.stream().mapToInt(EngineDrawTest::length).sum(), engine.drawn());
  }

  private static int length(Heard heard) {
    try {
      return heard.ids().length;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aBatchMixesWhoDrawsAndWhoWantsLogits() throws Exception {
    Sampling sampling = Sampling.defaults().repetitionPenalty(1.2);
    List<Heard> mixed = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      mixed.add(complete(scheduler, prompt(i, 1 + 5 * i), 30, sampling, i, i % 2 == 0));
    }
    int drawn = 0;
    for (int i = 0; i < 40; i++) {
      int[] alone = complete(host, prompt(i, 1 + 5 * i), 30, sampling, i).ids();
      assertArrayEquals(alone, mixed.get(i).ids(), "request " + i);
      assertEquals(i % 2 == 0 ? V : 0, mixed.get(i).lastLogits().length);
      drawn += i % 2 == 0 ? 0 : alone.length;
    }
    assertEquals(drawn, engine.drawn());
    assertTrue(engine.steps().stream().anyMatch(counts -> counts.length > 10));
  }

  @Test
  void samplesOfASeedDiffer() throws Exception {
    int[] first = complete(scheduler, prompt(1, 9), 30, Sampling.neutral(), 0).ids();
    int[] second = complete(scheduler, prompt(1, 9), 30, Sampling.neutral(), 1).ids();
    assertFalse(Arrays.equals(first, second));
  }

  @Test
  void aConstraintThatIsCompleteLetsNothingBeDrawn() throws Exception {
    Supplier<TokenConstraint> complete =
        () -> {
          var constraint = new Rotating();
          constraint.accepted = 10;
          return constraint;
        };
    Sampling sampling = Sampling.neutral().constraint(complete);
    Heard heard = complete(scheduler, prompt(1, 200), 30, sampling, 0);
    assertEquals(0, heard.ids().length);
    assertEquals(Ending.STOP, heard.ending());
    assertEquals(0, engine.drawn());
  }

  @Test
  void cancellingEndsBetweenTwoDraws() throws Exception {
    int[] prompt = prompt(1, 9);
    var sampler = new TokenSampler(Sampling.neutral().logitBias(3, BANNED), 1, 0, prompt, 99, V);
    var request = new Completion.Request(prompt, 99, sampler, new int[0], false);
    var completion = new CompletableFuture<Completion>();
    var heard = new Heard();
    heard.onToken(
        () -> {
          if (engine.drawn() == 4) {
            completion.join().cancel();
          }
        });
    completion.complete(scheduler.complete(request, heard));
    assertEquals(4, heard.ids().length);
    assertEquals(Ending.CANCELLED, heard.ending());
  }

  @Test
  void whatCannotBeDrawnFailsAsOnTheHostAndNobodyElse() throws Exception {
    engine.spoil(12, 42, Float.NaN);
    hostEngine.spoil(12, 42, Float.NaN);
    long[] nothing = {};
    Sampling none = Sampling.neutral().constraint(() -> new Endless(() -> nothing));
    Sampling endless = Sampling.neutral().logitBias(3, BANNED);
    for (Sampling sampling : List.of(endless, endless.temperature(0))) {
      Heard good = complete(scheduler, prompt(1, 30), 50, sampling, 0);
      Heard spoilt = complete(scheduler, prompt(2, 10), 50, sampling, 0);
      Heard blocked = complete(scheduler, prompt(3, 20), 50, none, 0);

      JgptException logit = failure(spoilt);
      assertEquals("sampling.logit", logit.key());
      assertTrue(logit instanceof DeviceException);
      assertTrue(logit.getMessage().contains("NaN as the logit of token id 42"));
      JgptException impossible = failure(blocked);
      assertTrue(impossible instanceof InputException);
      assertEquals("sampling.none", impossible.key());
      assertEquals(
          failure(complete(host, prompt(2, 10), 50, sampling, 0)).getMessage(), logit.getMessage());
      assertEquals(
          failure(complete(host, prompt(3, 20), 50, none, 0)).getMessage(),
          impossible.getMessage());
      assertArrayEquals(complete(host, prompt(1, 30), 50, sampling, 0).ids(), good.ids());
    }
  }

  /** Asks for a mask each time, and never ends. */
  private record Endless(Supplier<long[]> masks) implements TokenConstraint {
    @Override
    public long[] mask() {
      return masks.get();
    }

    @Override
    public void accept(int id) {}

    @Override
    public boolean isComplete() {
      return false;
    }
  }

  private static JgptException failure(Heard heard) {
    return (JgptException) assertThrows(ExecutionException.class, heard::ids).getCause();
  }

  @Test
  void aConstraintThatThrowsFailsItsCompletionAlone() throws Exception {
    var failure = new IllegalStateException("no such rule");
    int[] asked = {0};
    Supplier<long[]> masks =
        () -> {
          if (asked[0]++ == 4) {
            throw failure;
          }
          return new long[] {-1};
        };
    Sampling failing = Sampling.neutral().constraint(() -> new Endless(masks));
    Heard good = complete(scheduler, prompt(1, 30), 50, Sampling.neutral(), 0);
    Heard bad = complete(scheduler, prompt(2, 30), 50, failing.logitBias(3, BANNED), 0);
    assertSame(failure, assertThrows(ExecutionException.class, bad::ids).getCause());
    assertArrayEquals(complete(host, prompt(1, 30), 50, Sampling.neutral(), 0).ids(), good.ids());
  }

  @Test
  void anEngineThatDrawsNothingIsFoundOut() {
    engine.drawing((draw, logits) -> {});
    Heard heard = complete(scheduler, prompt(1, 3), 5, Sampling.neutral(), 0);
    var e = assertThrows(ExecutionException.class, heard::ids);
    assertEquals("the engine was to draw a token, and drew none", e.getCause().getMessage());
  }

  @Test
  void steadyDecodingAllocatesNothing() throws Exception {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int tokens = 250;
    long[] allocated = new long[tokens + 1];
    int[] step = {0};
    engine.forgetful();
    engine.drawing((draw, logits) -> draw.drew(4 + draw.index() % 100 + draw.seen() % 2));
    engine.beforeStep(batch -> allocated[step[0]++] = threads.getCurrentThreadAllocatedBytes());
    long[] mask = {-1, -1, -1};
    Sampling sampling =
        Sampling.defaults()
            .repetitionPenalty(1.1)
            .frequencyPenalty(0.1)
            .constraint(() -> new Endless(() -> mask));
    int[] prompt = prompt(1, 5);
    var sampler = new TokenSampler(sampling, 1, 0, prompt, tokens, V);
    var counting = new Counting();
    scheduler.complete(
        new Completion.Request(prompt, tokens, sampler, new int[0], false), counting);
    counting.ended.await();

    assertEquals(tokens, step[0]);
    long steps =
        IntStream.range(100, tokens - 1).filter(i -> allocated[i + 1] != allocated[i]).count();
    // The JVM itself allocates in this thread now and then, as when it links a call site.
    assertTrue(steps < 10, () -> steps + " of 149 steps allocated");
  }

  /** Hears of the end alone. */
  private static final class Counting implements CompletionListener {
    private final CountDownLatch ended = new CountDownLatch(1);

    @Override
    public void started(int reused) {}

    @Override
    public boolean token(int id, float[] logits, boolean last) {
      return true;
    }

    @Override
    public void ended(Ending ending) {
      ended.countDown();
    }

    @Override
    public void failed(RuntimeException reason) {
      ended.countDown();
    }
  }
}
