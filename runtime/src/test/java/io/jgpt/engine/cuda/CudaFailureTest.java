package io.jgpt.engine.cuda;

import static io.jgpt.engine.EngineFixture.append;
import static io.jgpt.engine.cuda.CudaEngineFixture.TINY;
import static io.jgpt.engine.cuda.CudaEngineFixture.held;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.engine.Batch;
import io.jgpt.engine.Draw;
import io.jgpt.engine.KvSequence;
import io.jgpt.error.DeviceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Whichever call of the driver fails: the reason is told, and everything comes back. */
@Tag("cudasim")
class CudaFailureTest {

  private static final int[] FIRST = {5, 6};

  /** What was captured is given back once its graph is made; else the context takes it along. */
  private static final int OF_A_CAPTURE = 1;

  /** What is done with an engine that holds {@link #FIRST}. */
  private interface Use {
    float[] of(CudaEngine engine, KvSequence sequence);
  }

  /** What a call fails with: its usual error, and one that leaves the context sound. */
  private static final List<String> CODES = List.of("", ":CUDA_ERROR_NOT_SUPPORTED");

  private long before;
  private long findings;

  @BeforeEach
  void reset() {
    Simulator.reset();
    before = held();
    findings = Simulator.findings();
  }

  @AfterEach
  void nothingIsHeld() {
    Simulator.reset();
    assertNothingIsHeld("at the end");
  }

  /** Nor was anything used after it was given back, or left for the context's end. */
  private void assertNothingIsHeld(String when) {
    assertEquals(before, held(), when);
    assertEquals(findings, Simulator.findings(), when);
  }

  /** Driver calls that {@code action} makes. */
  private static long calls(Runnable action) {
    long start = Simulator.calls();
    action.run();
    return Simulator.calls() - start;
  }

  /** The failures of calls that throw; others have no consequence but must leave nothing. */
  private static boolean fails(Runnable action) {
    try {
      action.run();
      return false;
    } catch (DeviceException e) {
      assertTrue(e.key().startsWith("cuda."), e.key());
      assertTrue(e.getMessage().contains("cu"), e.getMessage());
      return true;
    }
  }

  @Test
  void anyCallOfAnOpening() {
    CudaEngineFixture.open(TINY).close(); // modules and classes are loaded
    long calls = calls(() -> CudaEngineFixture.open(TINY).close());
    assertTrue(calls > 100, calls + " calls");
    for (String code : CODES) {
      int failures = 0;
      for (int n = 1; n <= calls; n++) {
        Simulator.setFault(n + code);
        if (fails(() -> CudaEngineFixture.open(TINY).close())) {
          failures++;
        }
        Simulator.clearFault();
        assertNothingIsHeld("call " + n + code);
      }
      assertTrue(failures > calls / 2, failures + " of " + calls);
    }
  }

  @Test
  void anyCallOfAPrompt() {
    everyCall(0, (engine, sequence) -> append(engine, sequence, 1, 2, 3, 4, 5, 6, 7, 8, 9));
  }

  @Test
  void anyCallOfADecodedTokenThatIsCaptured() {
    everyCall(OF_A_CAPTURE, (engine, sequence) -> append(engine, sequence, 3));
  }

  @Test
  void anyCallOfADecodedTokenThatIsReplayed() {
    everyReplayedCall(
        (engine, sequence) -> append(engine, sequence, 4),
        (engine, sequence) -> append(engine, sequence, 3));
  }

  @Test
  void anyCallOfAPromptThatIsDrawnFrom() {
    everyCall(0, (engine, sequence) -> draw(engine, sequence, 1, 2, 3, 4, 5, 6, 7, 8, 9));
  }

  @Test
  void anyCallOfADrawThatIsCaptured() {
    everyCall(OF_A_CAPTURE, (engine, sequence) -> draw(engine, sequence, 3));
  }

  @Test
  void anyCallOfADrawThatIsReplayed() {
    everyReplayedCall(
        (engine, sequence) -> draw(engine, sequence, 4),
        (engine, sequence) -> draw(engine, sequence, 3));
  }

  /** The token drawn behind {@code ids}, with lists of every kind on their way to the device. */
  private static float[] draw(CudaEngine engine, KvSequence sequence, int... ids) {
    var options = new Draw.Options(0.8, 5, 0.9, 0, 1, 1.1, 0, 0, 2, 0);
    var draw = new Draw(options, new int[] {1}, new double[] {0.5}, new int[] {5, 6}, new int[2]);
    draw.next(0, 2, new long[] {-1});
    var batch = new Batch();
    batch.add(sequence, ids, 0, ids.length, draw);
    engine.forward(batch);
    return new float[] {draw.outcome()};
  }

  /** The step was captured by {@code first}, whose answer is another one and must not be seen. */
  private void everyReplayedCall(Use first, Use use) {
    with(
        (engine, sequence) -> {},
        (engine, sequence) -> {
          float[] other = first.of(engine, sequence);
          sequence.truncate(FIRST.length);
          assertFalse(Arrays.equals(other, use.of(engine, sequence)));
        });
    everyCall(
        0,
        use,
        (engine, sequence) -> {
          first.of(engine, sequence);
          sequence.truncate(FIRST.length);
        });
  }

  private void everyCall(int harmless, Use use) {
    everyCall(harmless, use, (engine, sequence) -> {});
  }

  /**
   * Fails each call of {@code use} in turn, after {@code preparation}, on an engine of its own.
   *
   * @param harmless how many calls at most may fail without a consequence
   */
  private void everyCall(int harmless, Use use, BiConsumer<CudaEngine, KvSequence> preparation) {
    var expected = new ArrayList<float[]>();
    long[] calls = new long[1];
    with(
        preparation,
        (engine, sequence) -> calls[0] = calls(() -> expected.add(use.of(engine, sequence))));
    for (String code : CODES) {
      var unnoticed = new ArrayList<String>();
      for (int n = 1; n <= calls[0]; n++) {
        String fault = n + code;
        with(
            preparation,
            (engine, sequence) -> {
              if (!fails(fault, use, engine, sequence, expected.getFirst())) {
                unnoticed.add(fault);
              }
            });
        assertNothingIsHeld("call " + fault);
      }
      assertTrue(unnoticed.size() <= harmless, unnoticed::toString);
    }
  }

  /**
   * The step has either answered rightly or not happened; in a sound context it can be repeated.
   */
  private static boolean fails(
      String fault, Use use, CudaEngine engine, KvSequence sequence, float[] expected) {
    Simulator.setFault(fault);
    boolean failed = fails(() -> assertArrayEquals(expected, use.of(engine, sequence), fault));
    Simulator.clearFault();
    if (failed) {
      assertEquals(FIRST.length, sequence.length(), fault);
      if (isSound(engine)) {
        assertArrayEquals(expected, use.of(engine, sequence), fault);
      } else {
        assertFalse(fault.contains("NOT_SUPPORTED"), fault);
      }
    }
    return failed;
  }

  private static void with(
      BiConsumer<CudaEngine, KvSequence> preparation, BiConsumer<CudaEngine, KvSequence> action) {
    try (var engine = CudaEngineFixture.open(TINY);
        KvSequence sequence = engine.newSequence(20)) {
      append(engine, sequence, FIRST);
      preparation.accept(engine, sequence);
      action.accept(engine, sequence);
    }
  }

  private static boolean isSound(CudaEngine engine) {
    try {
      engine.newSequence(1).close();
      return true;
    } catch (DeviceException e) {
      assertEquals("cuda.lost", e.key());
      return false;
    }
  }

  @Test
  void aPoisonedContextTellsTheFirstReasonFromThenOn() {
    var engine = CudaEngineFixture.open(TINY);
    KvSequence sequence = engine.newSequence(20);
    append(engine, sequence, FIRST);
    Simulator.setFault("cuStreamSynchronize:1:CUDA_ERROR_ILLEGAL_ADDRESS");
    String reason =
        assertThrows(DeviceException.class, () -> append(engine, sequence, 1, 2)).getMessage();
    assertTrue(reason.contains("CUDA_ERROR_ILLEGAL_ADDRESS"), reason);
    assertEquals(FIRST.length, sequence.length());
    List<Executable> uses =
        List.of(
            () -> append(engine, sequence, 1, 2),
            () -> append(engine, sequence, 1),
            () -> engine.newSequence(5),
            engine::readBandwidth);
    for (Executable use : uses) {
      assertEquals(reason, assertThrows(DeviceException.class, use).getMessage());
    }
    sequence.truncate(0); // needs no driver
    try (var other = CudaEngineFixture.open(TINY);
        KvSequence fresh = other.newSequence(20)) {
      append(other, fresh, FIRST); // another engine is none the worse
    }
    engine.close();
    engine.close();
  }

  @Test
  void anEmptyBatchIsNoCallAtAll() {
    try (var engine = CudaEngineFixture.open(TINY)) {
      assertEquals(0, calls(() -> engine.forward(new Batch())));
    }
  }
}
