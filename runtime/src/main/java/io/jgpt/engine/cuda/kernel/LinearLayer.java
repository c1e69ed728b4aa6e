package io.jgpt.engine.cuda.kernel;

import io.jgpt.engine.cuda.driver.DeviceBuffer;
import java.util.Optional;

/**
 * A linear layer on the device.
 *
 * @param weights {@code [N][ldw]}
 * @param bias float32 {@code [N]}
 */
public record LinearLayer(WeightMatrix weights, Optional<DeviceBuffer> bias) {

  public LinearLayer {
    bias.ifPresent(b -> Shapes.require(b, weights.rows()));
  }

  /** K. */
  int inputs() {
    return weights.columns();
  }

  /** N. */
  int outputs() {
    return weights.rows();
  }

  long biasAddress() {
    return bias.isPresent() ? bias.get().address() : 0;
  }
}
