package io.jgpt.engine.cuda.kernel;

import io.jgpt.engine.cuda.driver.CudaFunction;
import io.jgpt.engine.cuda.driver.CudaStream;
import io.jgpt.engine.cuda.driver.KernelArguments;
import io.jgpt.engine.cuda.driver.LaunchShape;

/** A kernel with memory for its arguments and the shapes that it was last launched in. */
final class Kernel {

  /** Decoding launches a kernel in few shapes over and over: one per kind of layer. */
  private static final int SHAPES = 16;

  private final CudaFunction function;
  private final KernelArguments arguments;
  private final LaunchShape[] shapes = new LaunchShape[SHAPES];
  private int oldest;

  Kernel(CudaFunction function) {
    this.function = function;
    this.arguments = function.newArguments();
  }

  /** The arguments, to be put in the order of the kernel's parameters. */
  KernelArguments begin() {
    return arguments.begin();
  }

  /** Queues it with the arguments last put. */
  void launch(CudaStream stream, int blocks, int threads) {
    launch(stream, blocks, 1, 1, threads, 0);
  }

  /**
   * Queues it with the arguments last put.
   *
   * @param threads of a block
   * @param sharedBytes dynamic shared memory of a block
   */
  void launch(CudaStream stream, int gridX, int gridY, int gridZ, int threads, int sharedBytes) {
    function.launch(stream, shape(gridX, gridY, gridZ, threads, sharedBytes), arguments);
  }

  private LaunchShape shape(int gridX, int gridY, int gridZ, int threads, int sharedBytes) {
    for (LaunchShape shape : shapes) {
      if (shape != null
          && shape.gridX() == gridX
          && shape.gridY() == gridY
          && shape.gridZ() == gridZ
          && shape.blockX() == threads
          && shape.dynamicSharedBytes() == sharedBytes) {
        return shape;
      }
    }
    LaunchShape made = new LaunchShape(gridX, gridY, gridZ, threads, 1, 1, sharedBytes);
    shapes[oldest] = made;
    oldest = (oldest + 1) % SHAPES;
    return made;
  }

  @Override
  public String toString() {
    return function.name();
  }
}
