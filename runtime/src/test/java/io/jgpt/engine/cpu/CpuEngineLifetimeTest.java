package io.jgpt.engine.cpu;

import static io.jgpt.engine.EngineFixture.append;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.engine.EngineFixture;
import io.jgpt.engine.KvSequence;
import io.jgpt.engine.LifetimeSuite;
import io.jgpt.error.DeviceException;
import io.jgpt.model.DType;
import io.jgpt.testing.RandomModel;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The suite, failures of any operator, and too little memory, said before it is missed. */
class CpuEngineLifetimeTest extends LifetimeSuite {

  private final NativeMemory memory = new NativeMemory(() -> Long.MAX_VALUE);

  @Override
  protected List<CpuUnderTest> engines() {
    return CpuUnderTest.all();
  }

  private CpuEngine open(DType dtype, Operators operators) {
    return open(dtype, operators, memory);
  }

  private static CpuEngine open(DType dtype, Operators operators, NativeMemory memory) {
    var options = CpuEngineFixture.options(MODEL.config(), dtype, operators.threads());
    return CpuEngine.open(MODEL.config(), MODEL.weights(), options, operators, memory);
  }

  @Test
  void aClosedSequenceReturnsItsMemoryWhileTheEngineLives() {
    try (var engine = open(DType.F32, new JavaOperators(1, memory))) {
      long before = memory.held();
      KvSequence sequence = engine.newSequence(50);
      assertEquals(50 * engine.info().kvBytesPerToken(), memory.held() - before);
      sequence.close();
      assertEquals(before, memory.held());
    }
  }

  /** Fails at the n-th operator. */
  private static final class FailsAt implements ObservedOperators.Observer {
    private final AtomicInteger left;

    FailsAt(int n) {
      left = new AtomicInteger(n);
    }

    @Override
    public void before(String operator) {
      if (left.getAndDecrement() == 0) {
        throw new DeviceException("engine.refused", operator, "a test's wish");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "INT8"})
  void anOpeningThatFailsAnywhereReturnsEveryByte(DType dtype) {
    int matrices = 4 * MODEL.config().nLayer() + 1;
    for (int n = 0; n < matrices; n++) {
      var operators = new ObservedOperators(new JavaOperators(2, memory), new FailsAt(n));
      assertThrows(DeviceException.class, () -> open(dtype, operators));
      assertEquals(0, memory.held(), "failed at " + n);
      assertEquals(0, operators.openLinears(), "failed at " + n);
      assertTrue(operators.closed());
    }
    var operators = new ObservedOperators(new JavaOperators(2, memory), new FailsAt(matrices));
    open(dtype, operators).close();
  }

  @Test
  void aContextLongerThanTheModelsIsRefusedAndNothingStaysOpen() {
    var operators =
        new ObservedOperators(new JavaOperators(2, memory), new ObservedOperators.Observer() {});
    var options =
        new CpuOptions(
            DType.F32, 2, MODEL.config().nPositions() + 1, Optional.empty(), warning -> {});
    assertThrows(
        IllegalArgumentException.class,
        () -> CpuEngine.open(MODEL.config(), MODEL.weights(), options, operators, memory));
    assertTrue(operators.closed());
  }

  @Test
  void aStepThatFailsAnywhereLeavesTheSequencesAsTheyWere() {
    int[] ids = EngineFixture.tokens(2, 8, MODEL.config().vocabSize());
    float[] expected;
    try (var engine = open(DType.F32, new JavaOperators(1, memory));
        KvSequence sequence = engine.newSequence(20)) {
      append(engine, sequence, 5, 6);
      expected = append(engine, sequence, ids);
    }
    boolean failed = true;
    for (int n = 0; failed; n++) {
      var later = new AtomicInteger(Integer.MAX_VALUE);
      var operators =
          new ObservedOperators(
              new JavaOperators(1, memory),
              new ObservedOperators.Observer() {
                @Override
                public void before(String operator) {
                  if (later.getAndDecrement() == 0) {
                    throw new DeviceException("engine.refused", operator, "a test's wish");
                  }
                }
              });
      try (var engine = open(DType.F32, operators);
          KvSequence sequence = engine.newSequence(20)) {
        append(engine, sequence, 5, 6);
        later.set(n);
        failed = fails(engine, sequence, ids);
        later.set(Integer.MAX_VALUE);
        if (failed) {
          assertEquals(2, sequence.length(), "failed at " + n);
          assertArrayEquals(expected, append(engine, sequence, ids), "failed at " + n);
        } else {
          assertTrue(n > 10, "a step has more operators than " + n);
        }
      }
      assertEquals(0, memory.held());
    }
  }

  private static boolean fails(CpuEngine engine, KvSequence sequence, int[] ids) {
    try {
      append(engine, sequence, ids);
      return false;
    } catch (DeviceException e) {
      return true;
    }
  }

  @Test
  void weightsThatDoNotFitAreRefusedWithTheArithmetic() {
    var little = new NativeMemory(() -> 10_000);
    var e =
        assertThrows(
            DeviceException.class, () -> open(DType.F32, new JavaOperators(1, little), little));
    assertEquals(
        "weights need 109.5 KiB as f32, 9.8 KiB free; use --dtype int8 (27.4 KiB) or a smaller"
            + " model",
        e.getMessage());
    assertTrue(e.message(Locale.CHINESE).contains("109.5 KiB"), e.message(Locale.CHINESE));
    assertEquals(
        "weights need 27.4 KiB as int8, 9.8 KiB free; use a smaller model",
        assertThrows(
                DeviceException.class, () -> open(DType.INT8, new JavaOperators(1, little), little))
            .getMessage());
    assertEquals(0, little.held());
  }

  @Test
  void aCacheThatDoesNotFitIsRefusedWithTheArithmetic() {
    long perToken = 2L * 4 * MODEL.config().nLayer() * MODEL.config().nEmbd();
    var some = new NativeMemory(() -> 200_000);
    try (var engine = open(DType.F32, new JavaOperators(1, some), some)) {
      // 320 tokens: three sequences of 97, not four, although nothing is written yet.
      assertEquals(320, 200_000 / perToken);
      KvSequence first = engine.newSequence(97);
      engine.newSequence(97);
      engine.newSequence(97);
      var e = assertThrows(DeviceException.class, () -> engine.newSequence(97));
      assertEquals(
          "KV cache needs 59.1 KiB for 97 tokens, 18.0 KiB free (open sequences may still take"
              + " 177.3 KiB); lower --max-context (now 97)",
          e.getMessage());
      assertTrue(e.message(Locale.CHINESE).contains("59.1 KiB"), e.message(Locale.CHINESE));
      first.close();
      assertEquals(0, engine.newSequence(97).length());
    }
    assertEquals(0, some.held());
  }

  @Test
  void aRefusalOfTheSystemIsOneLine() {
    try (var arena = Arena.ofConfined()) {
      var e =
          assertThrows(DeviceException.class, () -> memory.allocate("KV cache", 1L << 60, arena));
      assertEquals(
          "KV cache needs 1073741824.0 GiB, refused by the system; lower --max-context, use"
              + " --dtype int8 or free memory",
          e.getMessage());
    }
    assertEquals(0, memory.held());
  }

  @Test
  void memoryIsZeroedAndAligned() {
    try (var arena = Arena.ofConfined()) {
      for (long bytes : new long[] {1, 63, 4096, 20 << 20}) {
        var small = memory.allocate("test", bytes, arena);
        var large = memory.allocateForStreaming("test", bytes, arena);
        for (var block : List.of(small, large)) {
          assertEquals(bytes, block.byteSize());
          assertEquals(0, block.address() % 64);
          assertEquals(0, block.get(ValueLayout.JAVA_BYTE, bytes - 1));
        }
      }
    }
    assertEquals(0, memory.held());
  }

  @Test
  void layersTooWideForInt8SumsAreRefused() {
    int wide = CpuEngine.MAX_INT8_INPUTS + 1;
    var model = RandomModel.of(RandomModel.config(3, 4, 1, 1, 1, wide), DType.F32, 1);
    var options = CpuEngineFixture.options(model.config(), DType.INT8, 1);
    var operators = new JavaOperators(1, memory);
    var refusal =
        assertThrows(
            DeviceException.class,
            () -> CpuEngine.open(model.config(), model.weights(), options, operators, memory));
    assertEquals("engine.int8-inputs", refusal.key());
    assertEquals(0, memory.held());
  }

  @Test
  void closingEndsTheThreads() throws InterruptedException {
    var before = threads();
    var engine = open(DType.F32, new JavaOperators(3, memory));
    var own = new ArrayList<>(threads());
    own.removeAll(before);
    assertEquals(2, own.size());
    assertTrue(own.stream().allMatch(Thread::isDaemon));
    engine.close();
    for (Thread thread : own) {
      thread.join(10_000);
      assertFalse(thread.isAlive(), thread.getName());
    }
  }

  private static List<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("jgpt-cpu-"))
        .toList();
  }
}
