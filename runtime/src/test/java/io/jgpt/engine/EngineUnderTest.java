package io.jgpt.engine;

import io.jgpt.model.DType;
import io.jgpt.model.Gpt2Config;
import io.jgpt.model.Gpt2Weights;
import io.jgpt.testing.RandomModel;
import java.util.Set;

/** A kind of engine as the suites see it; its text names it in reports. */
public interface EngineUnderTest {

  /** Element types that it computes in. */
  Set<DType> types();

  /** Opens one that takes the model's whole context and has all the memory that it wants. */
  Engine open(Gpt2Config config, Gpt2Weights weights, DType dtype);

  /** As above. */
  default Engine open(RandomModel model, DType dtype) {
    return open(model.config(), model.weights(), dtype);
  }

  /** Writes NaN to wherever an empty sequence of the engine may come to put keys and values. */
  void poison(Engine engine, KvSequence sequence);

  /** Bytes and objects that is held by all that was opened here; 0 once all is closed. */
  long held();
}
