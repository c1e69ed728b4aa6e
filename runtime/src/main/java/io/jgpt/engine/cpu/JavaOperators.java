package io.jgpt.engine.cpu;

import io.jgpt.model.Activation;
import io.jgpt.model.DType;
import io.jgpt.model.FloatElements;
import io.jgpt.model.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The operators in plain Java, simple before fast: every sum in double, one thing at a time. The
 * oracle for the native operators, and what runs where there are none.
 *
 * <p>The arguments of the operator that is running stand in fields, and the parts of each are a
 * method reference made once, so that a step allocates nothing.
 */
final class JavaOperators implements Operators {

  /** Rows that share one pass over a panel of weights. */
  private static final int ROW_BLOCK = 16;

  /** Rows that one part of an operator over rows takes. */
  private static final int ROWS_PER_PART = 8;

  private final WorkerThreads workers;
  private final NativeMemory memory;
  private final Scratch[] scratch;
  private final JavaAttention attention;
  private final WorkerThreads.Task layerNormPart = this::layerNormPart;
  private final WorkerThreads.Task linearPart = this::linearPart;

  private float[] input = new float[0]; // [T, K]: x, for INT8 quantized
  private float[] rowScales = new float[0]; // [T], INT8 only
  private MemorySegment x;
  private MemorySegment gain;
  private MemorySegment bias;
  private float epsilon;
  private int channels;
  private JavaLinear weights;
  private Activation activation;
  private MemorySegment residual;
  private int rows;
  private MemorySegment out;

  private static final class Scratch {
    final float[] weights = new float[JavaLinear.PANEL];
    final double[] sums = new double[ROW_BLOCK * JavaLinear.PANEL];
  }

  JavaOperators(int threads, NativeMemory memory) {
    this.workers = new WorkerThreads(threads);
    this.memory = memory;
    this.attention = new JavaAttention(workers);
    this.scratch = new Scratch[threads];
    for (int i = 0; i < threads; i++) {
      scratch[i] = new Scratch();
    }
  }

  @Override
  public String description() {
    return "plain Java, " + threads() + (threads() == 1 ? " thread" : " threads");
  }

  @Override
  public int threads() {
    return workers.count();
  }

  @Override
  public Linear pack(Tensor weight, boolean outIn, Tensor bias, DType dtype) {
    return JavaLinear.pack(weight, outIn, bias, dtype, workers, memory);
  }

  @Override
  public Linear pack(Int8Weights weights, Tensor bias) {
    return JavaLinear.pack(weights, bias, workers, memory);
  }

  @Override
  public void embed(
      Tensor wte,
      Tensor wpe,
      MemorySegment tokens,
      MemorySegment positions,
      int rows,
      MemorySegment out) {
    int channels = (int) wte.dim(1);
    reserveInput(2, channels);
    for (int t = 0; t < rows; t++) {
      long token = tokens.getAtIndex(ValueLayout.JAVA_INT, t);
      long position = positions.getAtIndex(ValueLayout.JAVA_INT, t);
      FloatElements.read(wte, token * channels, channels, input, 0);
      FloatElements.read(wpe, position * channels, channels, input, channels);
      for (int c = 0; c < channels; c++) {
        set(out, t, channels, c, input[c] + input[channels + c]);
      }
    }
  }

  @Override
  public void layerNorm(
      MemorySegment x,
      MemorySegment gain,
      MemorySegment bias,
      float epsilon,
      int rows,
      int channels,
      MemorySegment out) {
    this.x = x;
    this.gain = gain;
    this.bias = bias;
    this.epsilon = epsilon;
    this.rows = rows;
    this.channels = channels;
    this.out = out;
    workers.run(Math.ceilDiv(rows, ROWS_PER_PART), layerNormPart);
  }

  private void layerNormPart(int part, int worker) {
    for (int t = part * ROWS_PER_PART; t < Math.min(rows, (part + 1) * ROWS_PER_PART); t++) {
      double sum = 0;
      for (int c = 0; c < channels; c++) {
        sum += get(x, t, channels, c);
      }
      double mean = sum / channels;
      double squares = 0;
      for (int c = 0; c < channels; c++) {
        double d = get(x, t, channels, c) - mean;
        squares += d * d;
      }
      double inverse = 1 / Math.sqrt(squares / channels + epsilon);
      for (int c = 0; c < channels; c++) {
        double normal = (get(x, t, channels, c) - mean) * inverse;
        set(
            out,
            t,
            channels,
            c,
            (float)
                (normal * gain.getAtIndex(ValueLayout.JAVA_FLOAT, c)
                    + bias.getAtIndex(ValueLayout.JAVA_FLOAT, c)));
      }
    }
  }

  @Override
  public void linear(
      MemorySegment x,
      Linear weights,
      Activation activation,
      MemorySegment residual,
      int rows,
      MemorySegment out) {
    this.weights = (JavaLinear) weights;
    this.activation = activation;
    this.residual = residual;
    this.rows = rows;
    this.out = out;
    readInput(x);
    workers.run(this.weights.panels(), linearPart);
  }

  private void readInput(MemorySegment x) {
    int in = weights.in();
    reserveInput(rows, in);
    MemorySegment.copy(x, ValueLayout.JAVA_FLOAT, 0, input, 0, rows * in);
    if (weights.dtype() == DType.INT8) {
      for (int t = 0; t < rows; t++) {
        rowScales[t] = quantize(input, t * in, in);
      }
    }
  }

  private void reserveInput(int rows, int in) {
    if (input.length < rows * in) {
      input = new float[rows * in];
    }
    if (rowScales.length < rows) {
      rowScales = new float[rows];
    }
  }

  /** Replaces a row by whole numbers in -127 .. 127 and returns their scale. */
  private static float quantize(float[] x, int first, int count) {
    float max = 0;
    for (int k = first; k < first + count; k++) {
      max = Math.max(max, Math.abs(x[k]));
    }
    float inverse = max > 0 ? 127 / max : 0;
    for (int k = first; k < first + count; k++) {
      x[k] = (float) Math.rint(x[k] * inverse);
    }
    return max / 127;
  }

  private void linearPart(int panel, int worker) {
    Scratch own = scratch[worker];
    for (int first = 0; first < rows; first += ROW_BLOCK) {
      int block = Math.min(ROW_BLOCK, rows - first);
      weights.multiply(panel, input, first, block, own.weights, own.sums);
      for (int t = 0; t < block; t++) {
        for (int i = 0; i < weights.width(panel); i++) {
          int n = panel * JavaLinear.PANEL + i;
          double sum = own.sums[t * JavaLinear.PANEL + i];
          finish(first + t, n, weights.finish(n, sum, rowScales[first + t]));
        }
      }
    }
  }

  private void finish(int t, int n, float value) {
    float y = activation == null ? value : JavaActivation.apply(activation, value);
    set(out, t, weights.out(), n, residual == null ? y : y + get(residual, t, weights.out(), n));
  }

  @Override
  public void attention(
      MemorySegment qkv,
      AttentionSlots slots,
      int layer,
      int heads,
      int headSize,
      float scale,
      MemorySegment out) {
    attention.run(qkv, slots, layer, heads, headSize, scale, out);
  }

  @Override
  public double readBandwidth() {
    try (var arena = Arena.ofShared()) {
      return JavaBandwidth.measure(workers, memory, arena);
    }
  }

  @Override
  public void close() {
    workers.close();
  }

  private static float get(MemorySegment matrix, int row, int columns, int column) {
    return matrix.getAtIndex(ValueLayout.JAVA_FLOAT, (long) row * columns + column);
  }

  private static void set(MemorySegment matrix, int row, int columns, int column, float value) {
    matrix.setAtIndex(ValueLayout.JAVA_FLOAT, (long) row * columns + column, value);
  }
}
