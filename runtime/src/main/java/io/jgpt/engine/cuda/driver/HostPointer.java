package io.jgpt.engine.cuda.driver;

import java.lang.foreign.MemorySegment;
import jcuda.Pointer;

/**
 * An address in native host memory. JCuda makes pointers of arrays and buffers, which hold 2 GiB at
 * most; this one is plain. Whoever uses it keeps the memory alive.
 */
final class HostPointer extends Pointer {

  private HostPointer(long address) {
    super(address);
  }

  /** Null, for a call to fill in. */
  static HostPointer unset() {
    return new HostPointer(0);
  }

  /** Of a native segment. */
  static HostPointer to(MemorySegment segment) {
    if (!segment.isNative()) {
      throw new IllegalArgumentException("the driver reaches no memory inside the Java heap");
    }
    return new HostPointer(segment.address());
  }

  long address() {
    return getNativePointer();
  }
}
