package io.jgpt.engine.cuda.driver;

import jcuda.driver.CUdeviceptr;

/** An address in device memory that can be read; JCuda hides it. */
final class DevicePointer extends CUdeviceptr {

  /** Null, for a call to fill in. */
  DevicePointer() {}

  private DevicePointer(DevicePointer base, long offset) {
    super(base, offset);
  }

  DevicePointer plus(long offset) {
    return new DevicePointer(this, offset);
  }

  long address() {
    return getNativePointer() + getByteOffset();
  }
}
