package io.jgpt.engine.cuda.kernel;

import io.jgpt.engine.cuda.driver.DeviceBuffer;

/**
 * A layer norm on the device.
 *
 * @param gain float32 {@code [C]}
 * @param bias float32 {@code [C]}
 * @param channels C
 * @param epsilon is added to the variance
 */
public record Norm(DeviceBuffer gain, DeviceBuffer bias, int channels, float epsilon) {

  public Norm {
    Shapes.requirePositive("channels", channels);
    Shapes.require(gain, channels);
    Shapes.require(bias, channels);
  }
}
