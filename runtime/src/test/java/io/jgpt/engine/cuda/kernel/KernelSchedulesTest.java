package io.jgpt.engine.cuda.kernel;

import io.jgpt.engine.cuda.Simulator;
import io.jgpt.engine.cuda.kernel.KernelChecks.Form;
import io.jgpt.engine.cuda.kernel.KernelChecks.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The kernels on small shapes under several schedules: what depends on the order in which threads
 * and blocks happen to run is a finding, which fails the launch, or another result.
 */
@Tag("cudasim")
class KernelSchedulesTest {

  @AfterEach
  void reset() {
    Simulator.reset();
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 3, 5, 7})
  void everyScheduleGivesTheSameResults(long seed) {
    Simulator.setSeed(seed);
    try (var bench = new KernelBench()) {
      for (int t : new int[] {1, 7, 10}) {
        var type = WeightType.BF16;
        KernelChecks.linear(
            bench, new Shape(t, 520, 13), type, Nonlinearity.IDENTITY, Form.IN_PLACE);
        KernelChecks.ffn(bench, new Shape(t, 13, 520), type, Nonlinearity.GELU_ERF);
        KernelChecks.layerNorm(bench, t, 13);
        KernelChecks.embed(bench, t, 13, type);
      }
      KernelChecks.pack(bench, 13, 70, WeightType.F16, WeightType.BF16);
    }
  }
}
