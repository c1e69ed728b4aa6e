package io.jgpt.engine.cuda.kernel;

import io.jgpt.engine.cuda.driver.CudaStream;
import io.jgpt.engine.cuda.driver.DeviceBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * Weights as files hold them into {@link WeightMatrix}: converted, padded, and transposed where a
 * file has inputs before outputs. A matrix may come in bands of its file's rows, each through a
 * staging buffer.
 */
public final class PackKernels {

  private final WeightType to;
  private final Map<WeightType, Kernel> straight = new EnumMap<>(WeightType.class);
  private final Map<WeightType, Kernel> transposed = new EnumMap<>(WeightType.class);

  /**
   * @param to the type of the matrices
   */
  public PackKernels(KernelSet kernels, WeightType to) {
    this.to = to;
    for (WeightType from : WeightType.values()) {
      straight.put(from, kernels.kernel(KernelFamily.PACK, from, to));
      transposed.put(from, kernels.kernel(KernelFamily.PACK_TRANSPOSED, from, to));
    }
  }

  /**
   * Places rows of a file's [N, K]: {@code matrix[first + r][k] = from[r][k]}.
   *
   * @param from [rows][K] of type {@code type}
   * @param first row of the matrix that the band begins with
   */
  public void pack(
      CudaStream stream,
      DeviceBuffer from,
      WeightType type,
      int first,
      int rows,
      WeightMatrix matrix) {
    LinearKernels.requireType(to, matrix);
    Objects.checkFromIndexSize(first, rows, matrix.rows());
    Shapes.requireBytes(from, (long) rows * matrix.columns() * type.bytes());
    Kernel kernel = Objects.requireNonNull(straight.get(type));
    kernel
        .begin()
        .putAddress(from)
        .putAddress(matrix.data().address() + (long) first * matrix.rowStride() * to.bytes())
        .putInt(rows)
        .putInt(matrix.columns())
        .putInt(matrix.rowStride())
        .putInt(matrix.rowStride() - matrix.columns());
    kernel.launch(
        stream,
        LaunchTable.ceilDiv(matrix.rowStride(), LaunchTable.PACK_THREADS),
        LaunchTable.gridY(rows),
        1,
        LaunchTable.PACK_THREADS,
        0);
  }

  /**
   * Places rows of a file's [K, N]: {@code matrix[n][first + r] = from[r][n]}. The band that ends
   * with row K writes the padding too.
   *
   * @param from [rows][N] of type {@code type}
   * @param first column of the matrix that the band begins with
   */
  public void packTransposed(
      CudaStream stream,
      DeviceBuffer from,
      WeightType type,
      int first,
      int rows,
      WeightMatrix matrix) {
    LinearKernels.requireType(to, matrix);
    Objects.checkFromIndexSize(first, rows, matrix.columns());
    Shapes.requireBytes(from, (long) rows * matrix.rows() * type.bytes());
    boolean last = first + rows == matrix.columns();
    int padding = last ? matrix.rowStride() - matrix.columns() : 0;
    Kernel kernel = Objects.requireNonNull(transposed.get(type));
    kernel
        .begin()
        .putAddress(from)
        .putAddress(matrix.data().address() + (long) first * to.bytes())
        .putInt(rows)
        .putInt(matrix.rows())
        .putInt(matrix.rowStride())
        .putInt(padding);
    kernel.launch(
        stream,
        LaunchTable.ceilDiv(rows + padding, LaunchTable.PACK_TILE),
        LaunchTable.gridY(LaunchTable.ceilDiv(matrix.rows(), LaunchTable.PACK_TILE)),
        1,
        LaunchTable.PACK_THREADS,
        0);
  }
}
