package io.jgpt.engine.cuda;

import static io.jgpt.engine.EngineFixture.append;
import static io.jgpt.engine.cuda.CudaEngineFixture.TINY;
import static io.jgpt.engine.cuda.CudaEngineFixture.held;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jgpt.engine.Batch;
import io.jgpt.engine.Draw;
import io.jgpt.engine.KvSequence;
import io.jgpt.engine.cuda.driver.MemoryInfo;
import io.jgpt.engine.cuda.driver.MemoryPlan;
import io.jgpt.error.DeviceException;
import io.jgpt.model.DType;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The plan is the whole truth: a device of its size is enough, and one byte less is not. */
@Tag("cudasim")
class CudaPlanTest {

  /** What the plan's groups are called where they do not fit, in its order. */
  private static final List<String> SHORTAGES =
      List.of("cuda.weights-f32", "cuda.activations", "cuda.staging", "cuda.kv");

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

  /** The smallest: with room for one sequence. */
  private static MemoryPlan plan() {
    CudaOptions options = CudaUnderTest.options(TINY.config(), DType.F32);
    return CudaEngine.plan(TINY.config(), TINY.weights(), options, new MemoryInfo(0, 0)).memory();
  }

  private static CudaEngine open() {
    return CudaEngineFixture.open(TINY);
  }

  @Test
  void aDeviceOfThePlansSizeLoadsAndRuns() {
    Simulator.setMemory(plan().bytes());
    try (var engine = open();
        KvSequence sequence = engine.newSequence(70)) {
      append(engine, sequence, new int[60]);
      append(engine, sequence, 1);
      append(engine, sequence, 2);
      var options = new Draw.Options(1, 0, 1, 0, 1, 1, 0, 0, 1, 0);
      var draw = new Draw(options, new int[0], new double[0], new int[0], new int[0]);
      var batch = new Batch();
      draw.next(0, 0);
      batch.add(sequence, new int[] {3}, 0, 1, draw);
      engine.forward(batch);
      assertEquals(63, sequence.length());
    }
  }

  @Test
  void aPoolThatIsFullSaysWhatIsLeftOfIt() {
    Simulator.setMemory(plan().bytes());
    try (var engine = open()) {
      KvSequence most = engine.newSequence(33);
      var full = assertThrows(DeviceException.class, () -> engine.newSequence(40));
      assertEquals(
          "KV cache is full: 40 tokens need 2 pages, 1 of 3 are free; close other sessions, or"
              + " lower --max-context (now 70)",
          full.getMessage());
      most.close();
      engine.newSequence(70).close();
    }
  }

  @Test
  void aByteLessIsSaidAsThePlanSaysIt() {
    long size = 0;
    for (int i = 0; i < SHORTAGES.size(); i++) {
      size += plan().groups().get(i).bytes();
      Simulator.setMemory(size - 1);
      var small = new MemoryInfo(size - 1, size - 1);
      var told = assertThrows(DeviceException.class, CudaPlanTest::open);
      var planned = assertThrows(DeviceException.class, () -> plan().check(small));
      assertEquals(SHORTAGES.get(i), told.key());
      assertEquals(planned.getMessage(), told.getMessage());
      assertEquals(before, held());
    }
    assertEquals(plan().bytes(), size);
  }
}
