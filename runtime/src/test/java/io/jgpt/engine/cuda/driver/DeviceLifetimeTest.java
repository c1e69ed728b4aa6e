package io.jgpt.engine.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.engine.cuda.Simulator;
import io.jgpt.engine.cuda.driver.MemoryPlan.Placement;
import io.jgpt.error.DeviceException;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever fails, everything goes back: memory and objects return to what they were. */
@Tag("cudasim")
class DeviceLifetimeTest {

  private long bytes;
  private long objects;
  private long findings;

  @BeforeEach
  void note() {
    CudaDriver.require();
    Simulator.reset();
    bytes = Simulator.liveBytes();
    objects = Simulator.liveObjects();
    findings = Simulator.findings();
  }

  @AfterEach
  void everythingIsBack() {
    Simulator.reset();
    assertEquals(bytes, Simulator.liveBytes());
    assertEquals(objects, Simulator.liveObjects());
  }

  private static MemoryPlan plan() {
    var plan = new MemoryPlan();
    var weights =
        plan.fixed(
            "weights", Placement.TOGETHER, (n, f) -> new DeviceException("cuda.init", n + f));
    weights.reserve("w.0", 100);
    weights.reserve("w.1", 1000);
    plan.negotiable("KV cache", Placement.APART, (n, f) -> new DeviceException("cuda.init", n + f))
        .reserve("kv.pages", 4096);
    return plan;
  }

  /** A session from end to end: memory, copies, kernels, graphs, events, staging. */
  private static float[] session() {
    try (CudaContext context = CudaContext.open(0);
        DeviceArena _ = plan().allocate(context);
        Staging staging = TestDevice.staging(context, 64)) {
      var embedding = new EmbeddingOnDevice(context);
      staging.upload(embedding.stream, embedding.wte, MemorySegment.ofArray(embedding.tokenTable));
      try (CudaGraph graph = embedding.stream.capture("step", embedding::launch)) {
        graph.launch(embedding.stream);
      }
      context.memory();
      context.synchronize();
      return TestDevice.download(embedding.stream, embedding.out);
    }
  }

  @Test
  void aSessionLeavesNothing() {
    float[] out = session();
    assertEquals(TestDevice.T * TestDevice.C, out.length);
    assertEquals(findings, Simulator.findings());
  }

  @Test
  void whatIsLeftOpenTheContextCloses() {
    try (CudaContext context = CudaContext.open(0)) {
      plan().allocate(context);
      TestDevice.staging(context, 64);
      new EmbeddingOnDevice(context).launch();
      context.newTimedEvent("event");
      context.allocatePinned("pinned", 10);
    }
    assertEquals(findings, Simulator.findings(), "leaks are findings");
  }

  @Test
  void afterEachCallThatFailsEverythingGoesBack() {
    float[] expected = session();
    long before = Simulator.calls();
    session();
    long calls = Simulator.calls() - before;
    assertTrue(calls > 50, () -> calls + " calls");
    Set<String> keys = new TreeSet<>();
    for (int n = 1; n <= calls; n++) {
      for (String code : new String[] {"", ":719"}) {
        Simulator.setFault(n + code);
        try {
          // A failure that does not matter, as of freeing what goes with the context, is no
          // failure.
          assertArrayEquals(expected, session());
        } catch (DeviceException e) {
          keys.add(e.key());
          assertFalse(e.message(Locale.CHINESE).isBlank());
        }
        Simulator.clearFault();
        String which = "call " + n + code;
        if (Simulator.liveObjects() != objects || Simulator.liveBytes() != bytes) {
          // Nothing can be done about a context that the driver refuses to destroy.
          assertEquals(calls, n, which);
        }
      }
    }
    assertArrayEquals(expected, session());
    assertTrue(keys.contains("cuda.lost"), keys.toString());
    assertTrue(keys.contains("cuda.out-of-memory"), keys.toString());
    assertTrue(keys.contains("cuda.call"), keys.toString());
  }

  @Test
  void aPlanTakesWhatItSaid() {
    try (CudaContext context = CudaContext.open(0)) {
      MemoryPlan plan = plan();
      long before = Simulator.liveBytes();
      long free = context.memory().freeBytes();
      try (DeviceArena arena = plan.allocate(context)) {
        assertEquals(before + plan.bytes(), Simulator.liveBytes());
        var first = plan.groups().getFirst().reservations();
        assertEquals(
            256, arena.buffer(first.get(1)).address() - arena.buffer(first.get(0)).address());
        assertEquals(1000, arena.buffer(first.get(1)).bytes());
        var stranger = new MemoryPlan.Reservation("stranger", 8);
        assertThrows(IllegalArgumentException.class, () -> arena.buffer(stranger));
      }
      assertEquals(free, context.memory().freeBytes());
    }
  }

  @Test
  void whatOpensHalfwayIsUndoneWhileTheContextStaysOpen() {
    try (CudaContext context = CudaContext.open(0)) {
      undoneAfterEachFailure(() -> plan().allocate(context));
      DeviceBuffer first = context.allocate("first", 64);
      DeviceBuffer second = context.allocate("second", 64);
      undoneAfterEachFailure(() -> Staging.open(context, first, second));
    }
  }

  private static void undoneAfterEachFailure(Supplier<AutoCloseable> opening) {
    long bytesBefore = Simulator.liveBytes();
    long objectsBefore = Simulator.liveObjects();
    long callsBefore = Simulator.calls();
    Resources resources = new Resources();
    resources.add(opening.get());
    long calls = Simulator.calls() - callsBefore;
    resources.close();
    for (long n = 1; n <= calls; n++) {
      Simulator.setFault(n + ":801");
      assertThrows(DeviceException.class, opening::get);
      Simulator.clearFault();
      assertEquals(bytesBefore, Simulator.liveBytes(), "call " + n);
      assertEquals(objectsBefore, Simulator.liveObjects(), "call " + n);
    }
  }

  @Test
  void aPlanThatDoesNotFitAllocatesNothing() {
    try (CudaContext context = CudaContext.open(0)) {
      var plan = new MemoryPlan();
      plan.negotiable(
              "KV cache",
              Placement.APART,
              (needed, free) -> new DeviceException("cuda.setup", needed, free))
          .reserve("kv.pages", 3L << 30);
      long calls = Simulator.calls();
      var shortage = assertThrows(DeviceException.class, () -> plan.allocate(context));
      assertTrue(shortage.getMessage().startsWith("3.0 GiB failed with "), shortage.getMessage());
      assertEquals(calls + 1, Simulator.calls(), "one question for the free memory");
    }
  }

  @Test
  void aPoisonedContextSaysTheFirstReasonWithoutAskingTheDriver() {
    var reason =
        assertThrows(
            DeviceException.class,
            () -> {
              try (CudaContext context = CudaContext.open(0)) {
                breakIt(context);
              }
            });
    assertEquals("cuda.lost", reason.key());
    assertTrue(reason.getMessage().contains("CUDA_ERROR_ILLEGAL_ADDRESS"), reason.getMessage());
    assertTrue(reason.getMessage().contains("embed_f32"), reason.getMessage());
  }

  private void breakIt(CudaContext context) {
    var embedding = new EmbeddingOnDevice(context);
    // A token far outside the table.
    embedding.stream.write(embedding.tokens, MemorySegment.ofArray(new int[] {0, 1 << 28, 0}));
    embedding.launch();
    var first = assertThrows(DeviceException.class, embedding.stream::synchronize);
    assertEquals(first, context.poisoned().orElseThrow());
    long calls = Simulator.calls();
    for (int i = 0; i < 2; i++) {
      var again = assertThrows(DeviceException.class, embedding::launch);
      assertEquals(first.getMessage(), again.getMessage());
      assertEquals(first.message(Locale.CHINESE), again.message(Locale.CHINESE));
      assertEquals(first, again.getCause());
      assertThrows(DeviceException.class, () -> context.allocate("more", 10));
      assertThrows(DeviceException.class, context::synchronize);
    }
    assertEquals(calls, Simulator.calls());
    embedding.wte.close(); // works, and says nothing more
    throw first;
  }

  @Test
  void anotherContextOfTheSameDeviceGoesOn() {
    float[] expected = session();
    try (CudaContext context = CudaContext.open(0)) {
      assertThrows(DeviceException.class, () -> breakIt(context));
      assertArrayEquals(expected, session());
    }
  }

  @Test
  void aContextClosesEvenIfTheDriverRefusesToMakeItCurrent() {
    CudaContext first = CudaContext.open(0);
    first.allocate("left open", 16);
    CudaContext second = CudaContext.open(0); // current now
    Simulator.setFault("cuCtxSetCurrent:1:201");
    assertEquals("cuda.call", assertThrows(DeviceException.class, first::close).key());
    second.close();
  }

  @Test
  void aPoisonedContextCanBeHandedOverAndClosedByAnotherThread() {
    CudaContext context = CudaContext.open(0);
    assertThrows(DeviceException.class, () -> breakIt(context));
    context.release();
    CompletableFuture.runAsync(context::close).join();
  }

  @Test
  void errorsNameCallCodeSizeAndCure() {
    try (CudaContext context = CudaContext.open(0)) {
      Simulator.setMemory(1 << 20);
      var full = assertThrows(DeviceException.class, () -> context.allocate("wte", 2 << 20));
      assertEquals(
          "cuMemAlloc failed with CUDA_ERROR_OUT_OF_MEMORY on %s: no room for wte, 2.0 MiB, 1.0 MiB"
                  .formatted(context.device().label())
              + " free; end other programs on this GPU, lower --max-context or use a smaller model",
          full.getMessage());
      Simulator.setFault("cuStreamCreate:1:801");
      var refused = assertThrows(DeviceException.class, () -> context.newStream("steps"));
      assertEquals(
          "cuStreamCreate failed with CUDA_ERROR_NOT_SUPPORTED on %s (steps); report this line, and"
                  .formatted(context.device().label())
              + " use --device cpu meanwhile",
          refused.getMessage());
      assertEquals(
          "%s 上的 cuStreamCreate 失败：CUDA_ERROR_NOT_SUPPORTED（steps）；请报告此行，并暂时使用 --device cpu"
              .formatted(context.device().label()),
          refused.message(Locale.CHINESE));
    }
  }
}
