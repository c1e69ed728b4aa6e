package io.jgpt.engine.cuda;

import io.jgpt.engine.cuda.driver.DeviceBuffer;

/**
 * A step as the kernels see it: {@link StepArrays} on the device.
 *
 * @param rows T
 * @param slots B
 * @param mostRows of a slot
 * @param tokens [T]
 * @param positions [T]
 * @param rowStart [B + 1]
 * @param past [B]
 * @param wanted [R]
 * @param pageTable [B][max_pages]
 */
record Step(
    int rows,
    int slots,
    int mostRows,
    DeviceBuffer tokens,
    DeviceBuffer positions,
    DeviceBuffer rowStart,
    DeviceBuffer past,
    DeviceBuffer wanted,
    DeviceBuffer pageTable) {

  /** True if every slot has one token. */
  boolean decodes() {
    return rows == slots;
  }
}
