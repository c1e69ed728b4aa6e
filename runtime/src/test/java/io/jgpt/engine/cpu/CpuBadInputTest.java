package io.jgpt.engine.cpu;

import io.jgpt.engine.BadInputSuite;
import java.util.List;

/** The suite on every set of operators. */
class CpuBadInputTest extends BadInputSuite {

  @Override
  protected List<CpuUnderTest> engines() {
    return CpuUnderTest.all();
  }
}
