package io.jgpt.engine.cpu;

import io.jgpt.model.DType;
import io.jgpt.model.FloatElements;
import io.jgpt.model.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Weights for {@link JavaOperators}: panels of {@value #PANEL} outputs, in each panel the inputs
 * one after the other, so that a worker reads its panels front to back.
 *
 * <pre>
 *   [N / 64][K][64]; the last panel is filled up with zeros
 * </pre>
 */
final class JavaLinear implements Operators.Linear {

  static final int PANEL = 64;

  private final Arena arena = Arena.ofShared();
  private final int in;
  private final int out;
  private final DType dtype;
  private final MemorySegment panels;
  private final float[] scales; // [N], INT8 only
  private final float[] bias; // [N], zeros where the layer has none

  private JavaLinear(int in, int out, DType dtype, Tensor bias, NativeMemory memory) {
    this.in = in;
    this.out = out;
    this.dtype = dtype;
    this.scales = new float[dtype == DType.INT8 ? out : 0];
    this.bias = new float[out];
    if (bias != null) {
      FloatElements.read(bias, 0, out, this.bias, 0);
    }
    long bytes = (long) panels() * in * PANEL * dtype.bytes();
    this.panels = memory.allocateForStreaming("weights", bytes, arena);
  }

  /** See {@link Operators#pack(Tensor, boolean, Tensor, DType)}. */
  static JavaLinear pack(
      Tensor weight,
      boolean outIn,
      Tensor bias,
      DType dtype,
      WorkerThreads workers,
      NativeMemory memory) {
    int out = Math.toIntExact(weight.dim(outIn ? 0 : 1));
    int in = Math.toIntExact(weight.dim(outIn ? 1 : 0));
    var linear = new JavaLinear(in, out, dtype, bias, memory);
    return linear.filled(
        workers,
        (panel, worker) -> {
          if (outIn) {
            linear.fillFromRows(weight.data(), weight.dtype(), panel);
          } else {
            linear.fillFromColumns(weight, panel);
          }
        });
  }

  /** See {@link Operators#pack(Int8Weights, Tensor)}. */
  static JavaLinear pack(
      Int8Weights weights, Tensor bias, WorkerThreads workers, NativeMemory memory) {
    var linear = new JavaLinear(weights.in(), weights.out(), DType.INT8, bias, memory);
    MemorySegment.copy(
        weights.scales(), ValueLayout.JAVA_FLOAT, 0, linear.scales, 0, weights.out());
    return linear.filled(
        workers, (panel, worker) -> linear.fillFromRows(weights.values(), DType.INT8, panel));
  }

  private JavaLinear filled(WorkerThreads workers, WorkerThreads.Task fillPanel) {
    try {
      workers.run(panels(), fillPanel);
      return this;
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** From [N, K]. */
  private void fillFromRows(MemorySegment weight, DType from, int panel) {
    float[] row = new float[in];
    long first = (long) panel * PANEL;
    for (int n = 0; n < width(panel); n++) {
      FloatElements.read(weight, from, (first + n) * in, in, row, 0);
      for (int k = 0; k < in; k++) {
        FloatElements.write(row[k], dtype, panels, index(panel, k) + n);
      }
    }
  }

  /** From [K, N]. */
  private void fillFromColumns(Tensor weight, int panel) {
    float[] columns = new float[PANEL];
    long first = (long) panel * PANEL;
    for (int k = 0; k < in; k++) {
      FloatElements.read(weight, (long) k * out + first, width(panel), columns, 0);
      for (int n = 0; n < width(panel); n++) {
        FloatElements.write(columns[n], dtype, panels, index(panel, k) + n);
      }
    }
  }

  private long index(int panel, int k) {
    return ((long) panel * in + k) * PANEL;
  }

  int panels() {
    return (out + PANEL - 1) / PANEL;
  }

  /** Outputs of the panel: {@value #PANEL}, fewer in the last. */
  int width(int panel) {
    return Math.min(PANEL, out - panel * PANEL);
  }

  /**
   * Adds {@code sum_k x[t][k] * w[k][n]} for all outputs of the panel, in double: exact for int8,
   * and for the others so close that one rounding to float remains.
   *
   * @param x [rows, K]; for INT8 quantized
   * @param first first row of the block
   * @param weights scratch [PANEL]
   * @param sums [rows of the block, PANEL], overwritten
   */
  void multiply(int panel, float[] x, int first, int rows, float[] weights, double[] sums) {
    Arrays.fill(sums, 0, rows * PANEL, 0);
    for (int k = 0; k < in; k++) {
      FloatElements.read(panels, dtype, index(panel, k), PANEL, weights, 0);
      for (int t = 0; t < rows; t++) {
        double xk = x[(first + t) * in + k];
        int row = t * PANEL;
        for (int n = 0; n < PANEL; n++) {
          sums[row + n] += xk * weights[n];
        }
      }
    }
  }

  /**
   * From a sum to the output.
   *
   * @param rowScale the scale of the quantized row of x; not used for other types
   */
  float finish(int n, double sum, float rowScale) {
    return dtype == DType.INT8
        ? (float) sum * (rowScale * scales[n]) + bias[n]
        : (float) (sum + bias[n]);
  }

  @Override
  public int in() {
    return in;
  }

  @Override
  public int out() {
    return out;
  }

  @Override
  public DType dtype() {
    return dtype;
  }

  @Override
  public long bytes() {
    return panels.byteSize() + 4L * scales.length + 4L * bias.length;
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
