package io.jgpt.engine.cuda.kernel;

import io.jgpt.engine.cuda.driver.CudaStream;
import io.jgpt.engine.cuda.driver.DeviceBuffer;
import java.util.Optional;

/**
 * Linear layers: {@code out = f(x W' + bias) + residual}. Up to 8 tokens stream the weights once,
 * more go through tiles; the LM head is a layer without bias on the rows whose logits are wanted.
 */
public final class LinearKernels {

  private final WeightType type;
  private final LaunchTable table;
  private final SplitSpace space;
  private final Kernel one;
  private final Kernel few;
  private final Kernel many;

  /**
   * @param type of all weights
   * @param space for layers on many tokens
   */
  public LinearKernels(KernelSet kernels, WeightType type, SplitSpace space) {
    this(kernels, type, space, kernels.table());
  }

  /** As if on a device of the table's size. */
  LinearKernels(KernelSet kernels, WeightType type, SplitSpace space, LaunchTable table) {
    this.type = type;
    this.table = table;
    this.space = space;
    this.one = kernels.kernel(KernelFamily.GEMV, type);
    this.few = kernels.kernel(KernelFamily.GEMV_BATCH, type);
    this.many = kernels.kernel(KernelFamily.GEMM, type);
  }

  /** The kernel that serves this many tokens. */
  public static KernelFamily family(int tokens) {
    if (tokens == 1) {
      return KernelFamily.GEMV;
    }
    return tokens <= LaunchTable.FEW_TOKENS ? KernelFamily.GEMV_BATCH : KernelFamily.GEMM;
  }

  /**
   * {@code out = x W' + bias}.
   *
   * @param x float32 [T][K]
   * @param tokens T
   * @param out float32 [T][N], not x
   */
  public void linear(
      CudaStream stream, DeviceBuffer x, int tokens, LinearLayer layer, DeviceBuffer out) {
    linear(stream, x, tokens, layer, Nonlinearity.IDENTITY, Optional.empty(), out);
  }

  /**
   * {@code out = f(x W' + bias) + residual}.
   *
   * @param x float32 [T][K]
   * @param tokens T
   * @param residual float32 [T][N]; may be {@code out}
   * @param out float32 [T][N], not x
   */
  public void linear(
      CudaStream stream,
      DeviceBuffer x,
      int tokens,
      LinearLayer layer,
      Nonlinearity activation,
      Optional<DeviceBuffer> residual,
      DeviceBuffer out) {
    requireShapes(type, x, tokens, layer, residual, out);
    long added = residual.isPresent() ? residual.get().address() : 0;
    switch (family(tokens)) {
      case GEMV -> one(stream, x, layer, activation, added, out);
      case GEMV_BATCH -> few(stream, x, tokens, layer, activation, added, out);
      default -> many(stream, x, tokens, layer, activation, added, out);
    }
  }

  private void one(
      CudaStream stream,
      DeviceBuffer x,
      LinearLayer layer,
      Nonlinearity activation,
      long residual,
      DeviceBuffer out) {
    int split = LaunchTable.rowSplit(layer.outputs(), layer.inputs(), type);
    one.begin()
        .putAddress(x)
        .putAddress(layer.weights().data())
        .putAddress(layer.biasAddress())
        .putAddress(residual)
        .putAddress(out)
        .putInt(layer.inputs())
        .putInt(layer.weights().rowStride())
        .putInt(layer.outputs())
        .putInt(activation.code())
        .putInt(split);
    one.launch(stream, table.rowBlocks(1, layer.outputs(), split), LaunchTable.ROW_THREADS);
  }

  private void few(
      CudaStream stream,
      DeviceBuffer x,
      int tokens,
      LinearLayer layer,
      Nonlinearity activation,
      long residual,
      DeviceBuffer out) {
    int split = LaunchTable.rowSplit(layer.outputs(), layer.inputs(), type);
    few.begin()
        .putAddress(x)
        .putAddress(layer.weights().data())
        .putAddress(layer.biasAddress())
        .putAddress(residual)
        .putAddress(out)
        .putInt(tokens)
        .putInt(layer.inputs())
        .putInt(layer.weights().rowStride())
        .putInt(layer.outputs())
        .putInt(activation.code())
        .putInt(split);
    few.launch(stream, table.rowBlocks(tokens, layer.outputs(), split), LaunchTable.ROW_THREADS);
  }

  private void many(
      CudaStream stream,
      DeviceBuffer x,
      int tokens,
      LinearLayer layer,
      Nonlinearity activation,
      long residual,
      DeviceBuffer out) {
    many.begin()
        .putAddress(x)
        .putAddress(layer.weights().data())
        .putAddress(layer.biasAddress())
        .putAddress(residual)
        .putAddress(out)
        .putAddress(space.parts())
        .putAddress(space.arrived())
        .putInt(tokens)
        .putInt(layer.inputs())
        .putInt(layer.weights().rowStride())
        .putInt(layer.outputs())
        .putInt(activation.code());
    many.launch(
        stream,
        LaunchTable.ceilDiv(tokens, LaunchTable.TILE),
        LaunchTable.ceilDiv(layer.outputs(), LaunchTable.TILE),
        LaunchTable.tileSplits(tokens, layer.outputs(), layer.inputs()),
        LaunchTable.TILE_THREADS,
        0);
  }

  static void requireShapes(
      WeightType type,
      DeviceBuffer x,
      int tokens,
      LinearLayer layer,
      Optional<DeviceBuffer> residual,
      DeviceBuffer out) {
    Shapes.requirePositive("tokens", tokens);
    requireType(type, layer.weights());
    Shapes.require(x, (long) tokens * layer.inputs());
    Shapes.require(out, (long) tokens * layer.outputs());
    if (residual.isPresent()) {
      Shapes.require(residual.get(), (long) tokens * layer.outputs());
    }
  }

  static void requireType(WeightType type, WeightMatrix weights) {
    if (weights.type() != type) {
      throw new IllegalArgumentException(
          "weights are " + weights.type() + ", these kernels take " + type);
    }
  }
}
