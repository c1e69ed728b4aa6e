/**
 * One typed method per CUDA kernel. The kernels themselves are in {@code kernels/src/main/cuda};
 * what each takes, moves and computes stands in {@code docs/kernels.md}.
 *
 * <p>{@link io.jgpt.engine.cuda.kernel.KernelSet} loads their PTX for a device; {@link
 * io.jgpt.engine.cuda.kernel.KernelFamily} lists all of them; the launch table has every grid,
 * block and split, with its reason. The other public classes queue launches: they check shapes
 * against buffers, choose between kernels by shape, and make no Java objects once a shape has been
 * seen.
 *
 * <p>Results depend on shapes, types and values alone: a grid follows the device's size, an order
 * of summation never does.
 *
 * <p>Threads: as the context's. Nothing here owns device memory.
 */
package io.jgpt.engine.cuda.kernel;
