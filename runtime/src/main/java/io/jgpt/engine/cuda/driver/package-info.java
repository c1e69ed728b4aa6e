/**
 * The gate to the CUDA driver: the only package that touches {@code jcuda.*}, and what JCuda lacks
 * through the foreign-function API. It knows devices, memory, streams and kernels, and no model.
 *
 * <p>Ownership: a {@link io.jgpt.engine.cuda.driver.CudaContext} is opened and closed by one owner;
 * everything opened through it belongs to it, is closed before it, and is closed by it where the
 * owner has not done so. Views borrow and never free. Nothing is freed by the garbage collector.
 *
 * <p>Threads: a context and everything in it belong to one thread at a time, see {@link
 * io.jgpt.engine.cuda.driver.CudaContext#release}; a call from another is an {@link
 * IllegalStateException}.
 *
 * <p>Errors: a call that fails is a {@link io.jgpt.error.DeviceException} with a key {@code cuda.*}
 * that names the call, the driver's code, what was asked for and the cure. After an error that
 * leaves the context unusable, every later call throws the first reason at once, and closing still
 * works.
 */
package io.jgpt.engine.cuda.driver;
