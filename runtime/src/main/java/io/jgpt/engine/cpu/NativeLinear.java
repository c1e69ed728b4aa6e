package io.jgpt.engine.cpu;

import io.jgpt.engine.cpu.Operators.Linear;
import io.jgpt.model.DType;

/** Weights packed by native code, in its memory. */
final class NativeLinear implements Linear {

  private final int in;
  private final int out;
  private final DType dtype;
  private final long bytes;
  private long handle; // jgpt_linear *, 0 once closed

  /** Takes over {@code handle}. */
  NativeLinear(int in, int out, DType dtype, long handle) {
    this.in = in;
    this.out = out;
    this.dtype = dtype;
    this.handle = handle;
    try {
      this.bytes = (long) NativeCalls.LINEAR_BYTES.invokeExact(handle);
    } catch (Throwable e) {
      throw NativeOperators.impossible(e);
    }
  }

  /** The {@code jgpt_linear *}. */
  long handle() {
    if (handle == 0) {
      throw new IllegalStateException("the weights [" + in + ", " + out + "] are closed");
    }
    return handle;
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
    return bytes;
  }

  @Override
  public void close() {
    long freed = handle;
    handle = 0;
    try {
      NativeCalls.LINEAR_FREE.invokeExact(freed); // accepts NULL
    } catch (Throwable e) {
      throw NativeOperators.impossible(e);
    }
  }
}
