package io.jgpt.engine.cuda.kernel;

import io.jgpt.engine.cuda.driver.CudaStream;
import io.jgpt.engine.cuda.driver.DeviceBuffer;

/** Layer norm of rows. */
public final class LayerNormKernels {

  private final Kernel layerNorm;

  public LayerNormKernels(KernelSet kernels) {
    layerNorm = kernels.kernel(KernelFamily.LAYER_NORM);
  }

  /**
   * Each of the first {@code rows} rows.
   *
   * @param x float32 [rows][C]
   * @param out float32 [rows][C], not x
   */
  public void normalize(CudaStream stream, DeviceBuffer x, int rows, Norm norm, DeviceBuffer out) {
    Shapes.require(x, (long) rows * norm.channels());
    launch(stream, x, 0, rows, norm, out);
  }

  /**
   * The rows that an index picks, gathered: {@code out[r]} is the norm of {@code x[picked[r]]}.
   *
   * @param x float32 [T][C]
   * @param picked int [rows], each below T
   * @param out float32 [rows][C], not x
   */
  public void normalizePicked(
      CudaStream stream,
      DeviceBuffer x,
      DeviceBuffer picked,
      int rows,
      Norm norm,
      DeviceBuffer out) {
    Shapes.require(picked, rows);
    launch(stream, x, picked.address(), rows, norm, out);
  }

  private void launch(
      CudaStream stream, DeviceBuffer x, long picked, int rows, Norm norm, DeviceBuffer out) {
    Shapes.require(out, (long) rows * norm.channels());
    layerNorm
        .begin()
        .putAddress(x)
        .putAddress(norm.gain())
        .putAddress(norm.bias())
        .putAddress(picked)
        .putAddress(out)
        .putInt(rows)
        .putInt(norm.channels())
        .putFloat(norm.epsilon());
    layerNorm.launch(
        stream, LaunchTable.ceilDiv(rows, LaunchTable.NORM_ROWS), LaunchTable.NORM_THREADS);
  }
}
