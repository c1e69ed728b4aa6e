package io.jgpt.scheduler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.jgpt.error.DeviceException;
import io.jgpt.sampling.Sampling;
import io.jgpt.sampling.TokenSampler;
import io.jgpt.testing.FakeEngine;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SchedulerTest {

  private static final int V = 50;
  private static final int CONTEXT = 600;
  private static final int MAX_BATCH = 128;
  private static final long UNLIMITED = Long.MAX_VALUE;

  private FakeEngine engine = new FakeEngine(V, CONTEXT, MAX_BATCH);
  private Scheduler scheduler = new Scheduler(engine, "test", UNLIMITED);

  @AfterEach
  void close() {
    scheduler.close();
    assertEquals(0, engine.openTokens());
  }

  private void restart(long maxKvTokens) {
    scheduler.close();
    engine = new FakeEngine(V, CONTEXT, MAX_BATCH);
    scheduler = new Scheduler(engine, "test", maxKvTokens);
  }

  private static int[] prompt(int seed, int length) {
    return IntStream.range(0, length).map(i -> (seed * 7 + i * i) % V).toArray();
  }

  private static Completion.Request request(int[] prompt, int maxTokens, Sampling sampling) {
    var sampler = new TokenSampler(sampling, 11, 0, prompt, maxTokens, V);
    return new Completion.Request(prompt, maxTokens, sampler, new int[0], true);
  }

  private Heard complete(int[] prompt, int maxTokens) {
    var heard = new Heard();
    scheduler.complete(request(prompt, maxTokens, Sampling.neutral()), heard);
    return heard;
  }

  private int[] alone(int[] prompt, int maxTokens) throws Exception {
    var engine = new FakeEngine(V, CONTEXT, MAX_BATCH);
    try (var single = new Scheduler(engine, "alone", UNLIMITED)) {
      var heard = new Heard();
      single.complete(request(prompt, maxTokens, Sampling.neutral()), heard);
      return heard.ids();
    }
  }

  @Test
  void aBatchGivesWhatItsMembersGiveAlone() throws Exception {
    var allThere = new CountDownLatch(1);
    engine.beforeStep(batch -> await(allThere));
    List<Heard> together = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      together.add(complete(prompt(i, 1 + 9 * i), 20 + i));
    }
    allThere.countDown();
    for (int i = 0; i < 40; i++) {
      assertArrayEquals(alone(prompt(i, 1 + 9 * i), 20 + i), together.get(i).ids(), "request " + i);
    }
    assertTrue(engine.steps().stream().anyMatch(counts -> counts.length > 10));
  }

  @Test
  void aLongPromptDoesNotHoldUpWhoDecodes() throws Exception {
    var late = new Heard();
    engine.beforeStep(
        batch -> {
          if (engine.steps().size() == 5) {
            scheduler.complete(request(prompt(2, 500), 3, Sampling.neutral()), late);
          }
        });
    Heard decoding = complete(prompt(1, 4), 300);
    decoding.ids();
    late.ids();

    List<int[]> steps = engine.steps();
    for (int step = 5; step < 5 + 500 / 64; step++) {
      assertArrayEquals(new int[] {1, 64}, steps.get(step), "step " + step);
    }
  }

  @Test
  void promptsAloneFillTheBatch() throws Exception {
    complete(prompt(1, 300), 1).ids();
    assertArrayEquals(
        new int[] {128, 128, 44}, engine.steps().stream().mapToInt(counts -> counts[0]).toArray());
  }

  @Test
  void aSequenceKeepsTheCommonPrefix() throws Exception {
    var sequence = new CachedSequence(CONTEXT);
    int[] first = prompt(1, 100);
    var heard = new Heard();
    scheduler.complete(sequence, request(first, 10, Sampling.neutral()), heard);
    int[] generated = heard.ids();

    int[] next = Arrays.copyOf(first, 115);
    System.arraycopy(generated, 0, next, 100, 10);
    var continued = new Heard();
    scheduler.complete(sequence, request(next, 10, Sampling.neutral()), continued);
    assertArrayEquals(alone(next, 10), continued.ids());
    assertEquals(109, continued.reused()); // the last token drawn was never appended

    int[] other = first.clone();
    other[60] = (other[60] + 1) % V;
    var changed = new Heard();
    scheduler.complete(sequence, request(other, 10, Sampling.neutral()), changed);
    assertArrayEquals(alone(other, 10), changed.ids());
    assertEquals(60, changed.reused());

    var again = new Heard();
    scheduler.complete(sequence, request(other, 10, Sampling.neutral()), again);
    assertArrayEquals(changed.ids(), again.ids());
    assertEquals(99, again.reused()); // the last token's logits are wanted
  }

  @Test
  void aSequenceRunsOneJobAtATime() throws Exception {
    var sequence = new CachedSequence(CONTEXT);
    var first = new Heard();
    var second = new Heard();
    scheduler.complete(sequence, request(prompt(1, 30), 50, Sampling.neutral()), first);
    scheduler.complete(sequence, request(prompt(2, 30), 50, Sampling.neutral()), second);
    assertArrayEquals(alone(prompt(1, 30), 50), first.ids());
    assertArrayEquals(alone(prompt(2, 30), 50), second.ids());
  }

  @Test
  void requestsWaitInOrderForTheBudget() throws Exception {
    restart(100);
    List<String> order = new ArrayList<>();
    List<Heard> all = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      String name = "request " + i;
      var heard = new Heard().onStart(() -> order.add(name));
      all.add(heard);
      scheduler.complete(request(prompt(i, 30), 11, Sampling.neutral()), heard);
    }
    for (Heard heard : all) {
      heard.ids();
    }
    assertEquals(IntStream.range(0, 6).mapToObj(i -> "request " + i).toList(), order);
    assertTrue(engine.steps().stream().allMatch(counts -> counts.length <= 2));
    assertEquals(0, scheduler.heldTokens());
  }

  @Test
  void whatNeverFitsFailsAtOnce() {
    restart(100);
    var e = assertThrows(ExecutionException.class, () -> complete(prompt(1, 90), 12).ids());
    assertEquals("scheduler.kv", ((DeviceException) e.getCause()).key());
  }

  @Test
  void idleSequencesGiveUpTheirMemoryTheOldestFirst() throws Exception {
    restart(300);
    var old = new CachedSequence(100);
    var recent = new CachedSequence(100);
    for (CachedSequence sequence : List.of(old, recent)) {
      var heard = new Heard();
      scheduler.complete(sequence, request(prompt(1, 20), 5, Sampling.neutral()), heard);
      heard.ids();
    }
    complete(prompt(2, 90), 60).ids(); // needs 149, of which 100 are free

    assertEquals(100, scheduler.heldTokens());
    var evicted = new Heard();
    scheduler.complete(old, request(prompt(1, 20), 5, Sampling.neutral()), evicted);
    assertArrayEquals(alone(prompt(1, 20), 5), evicted.ids());
    assertEquals(0, evicted.reused());
    var kept = new Heard();
    scheduler.complete(recent, request(prompt(1, 20), 5, Sampling.neutral()), kept);
    kept.ids();
    assertEquals(19, kept.reused());
  }

  @Test
  void anEngineOutOfMemoryIsGivenTheIdleSequencesBack() throws Exception {
    engine.memory(250);
    var sequence = new CachedSequence(200);
    var heard = new Heard();
    scheduler.complete(sequence, request(prompt(1, 20), 5, Sampling.neutral()), heard);
    heard.ids();

    complete(prompt(2, 90), 60).ids();
    var e = assertThrows(ExecutionException.class, () -> complete(prompt(2, 250), 60).ids());
    assertTrue(e.getCause() instanceof DeviceException);
  }

  @Test
  void aFailingStepFailsItsRequestsAndNoOther() throws Exception {
    var failure = new IllegalStateException("a step failed");
    var gate = new CountDownLatch(1);
    engine.beforeStep(
        batch -> {
          await(gate);
          if (batch.slots() == 2) {
            throw failure;
          }
        });
    Heard first = complete(prompt(1, 10), 5);
    Heard second = complete(prompt(2, 10), 5);
    gate.countDown();

    // Whether they met in the first step or the second, the failure is of both.
    for (Heard heard : List.of(first, second)) {
      var e = assertThrows(ExecutionException.class, heard::ids);
      assertSame(failure, e.getCause());
    }
    assertArrayEquals(alone(prompt(3, 10), 5), complete(prompt(3, 10), 5).ids());
    assertEquals(0, engine.openTokens());
  }

  @Test
  void aListenerThatThrowsFailsAlone() throws Exception {
    Heard good = complete(prompt(1, 10), 50);
    var failure = new IllegalStateException("a listener failed");
    var bad =
        new Heard()
            .onToken(
                () -> {
                  throw failure;
                });
    scheduler.complete(request(prompt(2, 10), 50, Sampling.neutral()), bad);

    assertSame(failure, assertThrows(ExecutionException.class, bad::ids).getCause());
    assertArrayEquals(alone(prompt(1, 10), 50), good.ids());
  }

  @Test
  void aListenerThatThrowsAtTheEndIsToldOnce() throws Exception {
    List<Throwable> uncaught = Collections.synchronizedList(new ArrayList<>());
    owner().setUncaughtExceptionHandler((thread, e) -> uncaught.add(e));
    List<String> told = Collections.synchronizedList(new ArrayList<>());
    var failure = new IllegalStateException("a listener failed");
    var throwing =
        new CompletionListener() {
          @Override
          public void started(int reused) {}

          @Override
          public boolean token(int id, float[] logits, boolean last) {
            if (last) {
              return true;
            }
            throw new IllegalArgumentException("a token too many");
          }

          @Override
          public void ended(Ending ending) {
            told.add(ending.toString());
            throw failure;
          }

          @Override
          public void failed(RuntimeException reason) {
            told.add(reason.getMessage());
            throw failure;
          }
        };
    scheduler.complete(request(prompt(1, 10), 1, Sampling.neutral()), throwing);
    scheduler.complete(request(prompt(2, 10), 2, Sampling.neutral()), throwing);

    assertArrayEquals(alone(prompt(3, 10), 5), complete(prompt(3, 10), 5).ids());
    assertEquals(List.of("LENGTH", "a token too many"), told);
    assertEquals(List.of(failure, failure), uncaught);
  }

  @Test
  void aSequenceThatCannotBeClosedFailsItsUserAndNoOther() throws Exception {
    var failure = new DeviceException("scheduler.kv", 1, 0);
    Runnable refuse =
        () -> {
          throw failure;
        };
    engine.onCloseSequence(refuse);
    Heard refused = complete(prompt(1, 10), 5);
    assertSame(failure, assertThrows(ExecutionException.class, refused::ids).getCause());

    var sequence = new CachedSequence(CONTEXT);
    var heard = new Heard();
    scheduler.complete(sequence, request(prompt(1, 10), 5, Sampling.neutral()), heard);
    assertArrayEquals(alone(prompt(1, 10), 5), heard.ids());
    assertSame(failure, assertThrows(DeviceException.class, () -> scheduler.close(sequence)));
    scheduler.close(sequence);
    assertEquals(0, scheduler.heldTokens());

    engine.onCloseSequence(() -> {});
    assertArrayEquals(alone(prompt(2, 10), 5), complete(prompt(2, 10), 5).ids());
  }

  @Test
  void aListenerCannotCloseWhatItRunsIn() {
    var heard = new Heard().onToken(() -> scheduler.close());
    scheduler.complete(request(prompt(2, 10), 50, Sampling.neutral()), heard);
    var e = assertThrows(ExecutionException.class, heard::ids);
    assertTrue(e.getCause() instanceof IllegalStateException);
  }

  @Test
  void cancellingTakesEffectBeforeTheNextStep() throws Exception {
    var third = new CountDownLatch(3);
    var heard = new Heard();
    var completion = new Completion[1];
    heard.onToken(
        () -> {
          third.countDown();
          if (third.getCount() == 0) {
            completion[0].cancel();
          }
        });
    var gate = new CountDownLatch(1);
    engine.beforeStep(batch -> await(gate));
    completion[0] = scheduler.complete(request(prompt(1, 5), 400, Sampling.neutral()), heard);
    gate.countDown();

    assertEquals(3, heard.ids().length);
    assertEquals(Ending.CANCELLED, heard.ending());
  }

  @Test
  void closingEndsWhatRunsAndWhatWaits() throws Exception {
    restart(50);
    var gate = new CountDownLatch(1);
    Thread closer = duringStep(5, scheduler::close, gate);
    Heard running = complete(prompt(1, 5), 40);
    Heard waiting = complete(prompt(2, 5), 40);
    gate.countDown();
    closer.join();
    scheduler.close();

    assertEquals(5, running.ids().length);
    assertEquals(Ending.CANCELLED, running.ending());
    assertEquals(0, waiting.ids().length);
    assertEquals(Ending.CANCELLED, waiting.ending());
    assertEquals(1, engine.closed());
    assertThrows(IllegalStateException.class, () -> complete(prompt(3, 5), 1));
    assertFalse(
        Thread.getAllStackTraces().keySet().stream()
            .anyMatch(thread -> thread.getName().equals("jgpt-test")));
  }

  @Test
  void closingASequenceEndsItsCompletionAndReturnsItsMemory() throws Exception {
    var sequence = new CachedSequence(CONTEXT);
    var heard = new Heard();
    Thread closer = duringStep(5, () -> scheduler.close(sequence), new CountDownLatch(0));
    scheduler.complete(sequence, request(prompt(1, 5), 590, Sampling.neutral()), heard);
    closer.join();

    assertEquals(0, engine.openTokens());
    assertEquals(Ending.CANCELLED, heard.ending());
    scheduler.close(sequence);
  }

  /** A thread that runs {@code action} in the given step, which goes on once the action waits. */
  private Thread duringStep(int step, Runnable action, CountDownLatch gate) {
    var begun = new CountDownLatch(1);
    var acting = new CountDownLatch(1);
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  await(begun);
                  acting.countDown();
                  action.run();
                });
    engine.beforeStep(
        batch -> {
          await(gate);
          if (engine.steps().size() == step) {
            begun.countDown();
            await(acting);
            awaitState(thread, Thread.State.WAITING);
          }
        });
    return thread;
  }

  @Test
  void scoresAreLogSoftmaxOfTheRowsBefore() throws Exception {
    int[] ids = prompt(3, 400);
    double[] all = scheduler.score(ids, 1);
    assertEquals(399, all.length);
    assertArrayEquals(Arrays.copyOfRange(all, 300, 399), scheduler.score(ids, 301));
    assertArrayEquals(new double[] {all[398]}, scheduler.score(ids, 399));

    var heard = new Heard();
    scheduler.complete(request(Arrays.copyOf(ids, 399), 1, Sampling.neutral()), heard);
    heard.ids();
    float[] logits = heard.lastLogits();
    double sum = IntStream.range(0, V).mapToDouble(id -> Math.exp(logits[id])).sum();
    assertEquals(logits[ids[399]] - Math.log(sum), all[398], 1e-9);
  }

  @Test
  void scoringEndsWithTheScheduler() throws Exception {
    Thread closer = duringStep(2, scheduler::close, new CountDownLatch(0));
    assertThrows(CancellationException.class, () -> scheduler.score(prompt(3, 600), 1));
    closer.join();
  }

  private static void awaitState(Thread thread, Thread.State state) {
    while (thread.getState() != state) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aThreadWithNothingToDoSleeps() throws Exception {
    complete(prompt(1, 5), 5).ids();
    assertTrue(owner().isDaemon());
    awaitState(owner(), Thread.State.WAITING);
  }

  private static Thread owner() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("jgpt-test"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void steadyDecodingAllocatesNothing() throws Exception {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int tokens = 500;
    long[] allocated = new long[tokens + 1];
    int[] step = {0};
    engine.forgetful();
    engine.beforeStep(batch -> allocated[step[0]++] = threads.getCurrentThreadAllocatedBytes());
    Sampling sampling = Sampling.defaults().repetitionPenalty(1.1).frequencyPenalty(0.1);
    var ended = new CountDownLatch(1);
    scheduler.complete(
        request(prompt(1, 5), tokens, sampling),
        new CompletionListener() {
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
        });
    ended.await();
    assertEquals(tokens, step[0]);
    long steps =
        IntStream.range(100, tokens - 1).filter(i -> allocated[i + 1] != allocated[i]).count();
    // The JVM itself allocates in this thread now and then, as when it links a call site.
    assertTrue(steps < 20, () -> steps + " of 399 steps allocated");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
