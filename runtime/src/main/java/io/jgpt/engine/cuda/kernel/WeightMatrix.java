package io.jgpt.engine.cuda.kernel;

import io.jgpt.engine.cuda.driver.DeviceBuffer;

/**
 * A matrix of weights on the device, {@code [N][ldw]}: a row per output, padded with zeros to a
 * multiple of 8 elements, so that every row starts at a multiple of 16 bytes. {@link PackKernels}
 * makes it.
 *
 * <pre>
 *           K              ldw - K
 *   +-----------------------+---+
 *   | w[0][0] ... w[0][K-1] | 0 |   N rows of ldw elements
 *   | w[1][0] ...           | 0 |
 * </pre>
 *
 * @param data its memory, borrowed
 * @param rows N, outputs; or entries of a table
 * @param columns K, inputs; or channels
 */
public record WeightMatrix(DeviceBuffer data, WeightType type, int rows, int columns) {

  private static final int ROW_MULTIPLE = 8;

  public WeightMatrix {
    Shapes.requirePositive("rows", rows);
    Shapes.requirePositive("columns", columns);
    Shapes.requireBytes(data, bytes(type, rows, columns));
    if (data.address() % 16 != 0) {
      throw new IllegalArgumentException(data + " is not aligned to 16 bytes");
    }
  }

  /** Elements from one row to the next. */
  public int rowStride() {
    return rowStride(columns);
  }

  private static int rowStride(int columns) {
    return Math.ceilDiv(columns, ROW_MULTIPLE) * ROW_MULTIPLE;
  }

  /** Memory that such a matrix takes. */
  public static long bytes(WeightType type, int rows, int columns) {
    return (long) rows * rowStride(columns) * type.bytes();
  }
}
