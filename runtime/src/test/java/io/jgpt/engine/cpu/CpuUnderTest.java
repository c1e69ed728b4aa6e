package io.jgpt.engine.cpu;

import io.jgpt.engine.Engine;
import io.jgpt.engine.EngineUnderTest;
import io.jgpt.engine.KvSequence;
import io.jgpt.model.DType;
import io.jgpt.model.Gpt2Config;
import io.jgpt.model.Gpt2Weights;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The CPU engine on one set of operators, with two threads. */
final class CpuUnderTest implements EngineUnderTest {

  private static final int THREADS = 2;

  private final OperatorSets.Named set;
  private final NativeMemory memory = new NativeMemory(() -> Long.MAX_VALUE);
  private final List<ObservedOperators> opened = new ArrayList<>();

  private CpuUnderTest(OperatorSets.Named set) {
    this.set = set;
  }

  /** One for each set that this machine can run. */
  static List<CpuUnderTest> all() {
    return OperatorSets.all().stream().map(CpuUnderTest::new).toList();
  }

  @Override
  public Set<DType> types() {
    return EnumSet.allOf(DType.class);
  }

  @Override
  public Engine open(Gpt2Config config, Gpt2Weights weights, DType dtype) {
    var operators =
        new ObservedOperators(set.open(THREADS, memory), new ObservedOperators.Observer() {});
    opened.add(operators);
    return CpuEngine.open(
        config, weights, CpuEngineFixture.options(config, dtype, THREADS), operators, memory);
  }

  @Override
  public void poison(Engine engine, KvSequence sequence) {
    MemorySegment kv = ((CpuSequence) sequence).kv();
    for (long i = 0; i < kv.byteSize() / 4; i++) {
      kv.setAtIndex(ValueLayout.JAVA_FLOAT, i, Float.NaN);
    }
  }

  @Override
  public long held() {
    long objects =
        opened.stream()
            .mapToInt(operators -> operators.openLinears() + (operators.closed() ? 0 : 1))
            .sum();
    return memory.held() + objects;
  }

  @Override
  public String toString() {
    return set.toString();
  }
}
