package io.jgpt.engine.cuda.kernel;

import io.jgpt.engine.cuda.driver.CudaStream;
import io.jgpt.engine.cuda.driver.DeviceBuffer;
import java.util.Optional;

/** The feed-forward half of a layer in two launches. */
public final class FfnKernels {

  private final WeightType type;
  private final LaunchTable table;
  private final SplitSpace space;
  private final Kernel upOne;
  private final Kernel upFew;
  private final Kernel upMany;
  private final Kernel downOne;
  private final Kernel downFew;
  private final Kernel downMany;

  /**
   * @param type of all weights
   * @param space for many tokens
   */
  public FfnKernels(KernelSet kernels, WeightType type, SplitSpace space) {
    this(kernels, type, space, kernels.table());
  }

  /** As if on a device of the table's size. */
  FfnKernels(KernelSet kernels, WeightType type, SplitSpace space, LaunchTable table) {
    this.type = type;
    this.table = table;
    this.space = space;
    this.upOne = kernels.kernel(KernelFamily.FFN_UP, type);
    this.upFew = kernels.kernel(KernelFamily.FFN_UP_BATCH, type);
    this.upMany = kernels.kernel(KernelFamily.FFN_UP_TILED, type);
    this.downOne = kernels.kernel(KernelFamily.FFN_DOWN, type);
    this.downFew = kernels.kernel(KernelFamily.FFN_DOWN_BATCH, type);
    this.downMany = kernels.kernel(KernelFamily.FFN_DOWN_TILED, type);
  }

  /** The kernel of the first half for this many tokens. */
  public static KernelFamily upFamily(int tokens, int channels) {
    if (!LaunchTable.normedFew(tokens, channels)) {
      return KernelFamily.FFN_UP_TILED;
    }
    return tokens == 1 ? KernelFamily.FFN_UP : KernelFamily.FFN_UP_BATCH;
  }

  /** The kernel of the second half for this many tokens. */
  public static KernelFamily downFamily(int tokens) {
    return switch (LinearKernels.family(tokens)) {
      case GEMV -> KernelFamily.FFN_DOWN;
      case GEMV_BATCH -> KernelFamily.FFN_DOWN_BATCH;
      default -> KernelFamily.FFN_DOWN_TILED;
    };
  }

  /**
   * {@code hidden = f(norm(x) W' + bias)}.
   *
   * @param x float32 [T][C]
   * @param tokens T
   * @param layer [F][C]
   * @param hidden float32 [T][F]
   */
  public void up(
      CudaStream stream,
      DeviceBuffer x,
      int tokens,
      Norm norm,
      LinearLayer layer,
      Nonlinearity activation,
      DeviceBuffer hidden) {
    LinearKernels.requireShapes(type, x, tokens, layer, Optional.empty(), hidden);
    Shapes.requireEqual("the norm's channels", norm.channels(), layer.inputs());
    KernelFamily family = upFamily(tokens, layer.inputs());
    Kernel kernel =
        switch (family) {
          case FFN_UP -> upOne;
          case FFN_UP_BATCH -> upFew;
          default -> upMany;
        };
    var arguments =
        kernel
            .begin()
            .putAddress(x)
            .putAddress(norm.gain())
            .putAddress(norm.bias())
            .putAddress(layer.weights().data())
            .putAddress(layer.biasAddress())
            .putAddress(hidden);
    if (family != KernelFamily.FFN_UP) {
      arguments.putInt(tokens);
    }
    arguments
        .putInt(layer.inputs())
        .putInt(layer.weights().rowStride())
        .putInt(layer.outputs())
        .putFloat(norm.epsilon())
        .putInt(activation.code());
    if (family == KernelFamily.FFN_UP_TILED) {
      launchTiles(kernel, stream, tokens, layer, 1);
    } else {
      int split = LaunchTable.rowSplit(layer.outputs(), layer.inputs(), type);
      arguments.putInt(split);
      int shared = Math.toIntExact(LaunchTable.normedBytes(tokens, layer.inputs()));
      launchRows(kernel, stream, tokens, layer, split, shared);
    }
  }

  /**
   * {@code out = hidden W' + bias + residual}.
   *
   * @param hidden float32 [T][F]
   * @param tokens T
   * @param layer [C][F]
   * @param residual float32 [T][C]; may be {@code out}
   * @param out float32 [T][C], not hidden
   */
  public void down(
      CudaStream stream,
      DeviceBuffer hidden,
      int tokens,
      LinearLayer layer,
      DeviceBuffer residual,
      DeviceBuffer out) {
    LinearKernels.requireShapes(type, hidden, tokens, layer, Optional.empty(), out);
    Shapes.require(residual, (long) tokens * layer.outputs());
    KernelFamily family = downFamily(tokens);
    Kernel kernel =
        switch (family) {
          case FFN_DOWN -> downOne;
          case FFN_DOWN_BATCH -> downFew;
          default -> downMany;
        };
    var arguments =
        kernel
            .begin()
            .putAddress(hidden)
            .putAddress(layer.weights().data())
            .putAddress(layer.biasAddress())
            .putAddress(residual)
            .putAddress(out);
    if (family == KernelFamily.FFN_DOWN_TILED) {
      arguments.putAddress(space.parts()).putAddress(space.arrived());
    }
    if (family != KernelFamily.FFN_DOWN) {
      arguments.putInt(tokens);
    }
    arguments.putInt(layer.inputs()).putInt(layer.weights().rowStride()).putInt(layer.outputs());
    if (family == KernelFamily.FFN_DOWN_TILED) {
      int splits = LaunchTable.tileSplits(tokens, layer.outputs(), layer.inputs());
      launchTiles(kernel, stream, tokens, layer, splits);
    } else {
      int split = LaunchTable.rowSplit(layer.outputs(), layer.inputs(), type);
      arguments.putInt(split);
      launchRows(kernel, stream, tokens, layer, split, 0);
    }
  }

  private void launchRows(
      Kernel kernel, CudaStream stream, int tokens, LinearLayer layer, int split, int shared) {
    int blocks = table.rowBlocks(tokens, layer.outputs(), split);
    kernel.launch(stream, blocks, 1, 1, LaunchTable.ROW_THREADS, shared);
  }

  private static void launchTiles(
      Kernel kernel, CudaStream stream, int tokens, LinearLayer layer, int splits) {
    kernel.launch(
        stream,
        LaunchTable.ceilDiv(tokens, LaunchTable.TILE),
        LaunchTable.ceilDiv(layer.outputs(), LaunchTable.TILE),
        splits,
        LaunchTable.TILE_THREADS,
        0);
  }
}
