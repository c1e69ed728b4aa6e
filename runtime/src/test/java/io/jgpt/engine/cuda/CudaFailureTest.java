package io.jgpt.engine.cuda;

import static io.jgpt.engine.EngineFixture.append;
import static io.jgpt.engine.cuda.CudaEngineFixture.TINY;
import static io.jgpt.engine.cuda.CudaEngineFixture.held;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.engine.Batch;
import io.jgpt.engine.KvSequence;
import io.jgpt.error.DeviceException;
import java.util.ArrayList;
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

  /** What is done with an engine that holds {@link #FIRST}. */
  private interface Use {
    float[] of(CudaEngine engine, KvSequence sequence);
  }

  private long before;

  @BeforeEach
  void reset() {
    Simulator.reset();
    before = held();
  }

  @AfterEach
  void nothingIsHeld() {
    Simulator.reset();
    assertEquals(before, held());
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
    int failures = 0;
    long findings = Simulator.findings();
    for (int n = 1; n <= calls; n++) {
      Simulator.setFault(Integer.toString(n));
      if (fails(() -> CudaEngineFixture.open(TINY).close())) {
        failures++;
      }
      Simulator.clearFault();
      assertEquals(before, held(), "call " + n);
      assertEquals(findings, Simulator.findings(), "call " + n);
    }
    assertTrue(failures > calls / 2, failures + " of " + calls);
  }

  @Test
  void anyCallOfAPrompt() {
    everyCall((engine, sequence) -> append(engine, sequence, 1, 2, 3, 4, 5, 6, 7, 8, 9));
  }

  @Test
  void anyCallOfADecodedTokenThatIsCaptured() {
    everyCall((engine, sequence) -> append(engine, sequence, 3));
  }

  @Test
  void anyCallOfADecodedTokenThatIsReplayed() {
    everyCall(
        (engine, sequence) -> append(engine, sequence, 3),
        (engine, sequence) -> {
          append(engine, sequence, 3);
          sequence.truncate(FIRST.length);
        });
  }

  private void everyCall(Use use) {
    everyCall(use, (engine, sequence) -> {});
  }

  /** Fails each call of {@code use} in turn, after {@code preparation}, on an engine of its own. */
  private void everyCall(Use use, BiConsumer<CudaEngine, KvSequence> preparation) {
    var expected = new ArrayList<float[]>();
    long[] calls = new long[1];
    with(
        preparation,
        (engine, sequence) -> calls[0] = calls(() -> expected.add(use.of(engine, sequence))));
    for (int n = 1; n <= calls[0]; n++) {
      int failing = n;
      with(
          preparation,
          (engine, sequence) -> {
            Simulator.setFault(Integer.toString(failing));
            boolean failed = fails(() -> use.of(engine, sequence));
            Simulator.clearFault();
            assertTrue(failed, "call " + failing + " has failed unnoticed");
            assertEquals(FIRST.length, sequence.length(), "call " + failing);
            if (isSound(engine)) {
              float[] again = use.of(engine, sequence);
              assertArrayEquals(expected.getFirst(), again, "call " + failing);
            }
          });
      assertEquals(before, held(), "call " + n);
    }
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
