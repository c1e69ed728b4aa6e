package io.jgpt.engine.cuda.driver;

/**
 * How a kernel is spread over the device.
 *
 * @param gridX blocks
 * @param gridY blocks
 * @param gridZ blocks
 * @param blockX threads of a block
 * @param blockY threads of a block
 * @param blockZ threads of a block
 * @param dynamicSharedBytes shared memory of a block beyond what the kernel declares; above 48 KiB
 *     only after {@link CudaFunction#allowDynamicShared}
 */
public record LaunchShape(
    int gridX, int gridY, int gridZ, int blockX, int blockY, int blockZ, int dynamicSharedBytes) {

  public LaunchShape {
    requirePositive("gridX", gridX);
    requirePositive("gridY", gridY);
    requirePositive("gridZ", gridZ);
    requirePositive("blockX", blockX);
    requirePositive("blockY", blockY);
    requirePositive("blockZ", blockZ);
    if (dynamicSharedBytes < 0) {
      throw new IllegalArgumentException("dynamicSharedBytes is " + dynamicSharedBytes);
    }
  }

  /** A row of blocks, each a row of threads. */
  public static LaunchShape of(int blocks, int threads) {
    return new LaunchShape(blocks, 1, 1, threads, 1, 1, 0);
  }

  /** A plane of blocks, each a row of threads. */
  public static LaunchShape of(int gridX, int gridY, int threads) {
    return new LaunchShape(gridX, gridY, 1, threads, 1, 1, 0);
  }

  /** A box of blocks, each a row of threads. */
  public static LaunchShape of(int gridX, int gridY, int gridZ, int threads) {
    return new LaunchShape(gridX, gridY, gridZ, threads, 1, 1, 0);
  }

  public LaunchShape withDynamicShared(int bytes) {
    return new LaunchShape(gridX, gridY, gridZ, blockX, blockY, blockZ, bytes);
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " is " + value + "; it must be at least 1");
    }
  }

  @Override
  public String toString() {
    return "grid %dx%dx%d, block %dx%dx%d, %d B dynamic shared"
        .formatted(gridX, gridY, gridZ, blockX, blockY, blockZ, dynamicSharedBytes);
  }
}
