package io.jgpt.engine.cuda.driver;

import java.util.Objects;

/**
 * A range of device memory: a whole allocation, or a view of a part of one. A view borrows: closing
 * it does nothing, and it is dead when the allocation is closed.
 */
public final class DeviceBuffer implements AutoCloseable {

  private final DeviceMemory memory;
  private final DevicePointer pointer;
  private final String name;
  private final long offset;
  private final long bytes;
  private final boolean owner;

  private DeviceBuffer(DeviceMemory memory, String name, long offset, long bytes, boolean owner) {
    this.memory = memory;
    this.pointer = memory.pointer().plus(offset);
    this.name = name;
    this.offset = offset;
    this.bytes = bytes;
    this.owner = owner;
  }

  /** The whole allocation; closing the buffer frees it. */
  static DeviceBuffer owning(DeviceMemory memory) {
    return new DeviceBuffer(memory, memory.name(), 0, memory.bytes(), true);
  }

  /** What it is for, as errors name it. */
  public String name() {
    return name;
  }

  public long bytes() {
    return bytes;
  }

  /**
   * Where it is in the device's address space; at least 256-byte aligned for a whole allocation.
   *
   * @throws IllegalStateException if the memory is freed
   */
  public long address() {
    requireOpen();
    return pointer.address();
  }

  /**
   * A view of a part.
   *
   * @param offset in bytes, from this buffer's start
   * @throws IndexOutOfBoundsException if the part is not inside this buffer
   */
  public DeviceBuffer slice(long offset, long bytes) {
    return slice(name, offset, bytes);
  }

  /** As above, under a name of its own. */
  public DeviceBuffer slice(String name, long offset, long bytes) {
    requireOpen();
    Objects.checkFromIndexSize(offset, bytes, this.bytes);
    return new DeviceBuffer(memory, name, this.offset + offset, bytes, false);
  }

  /** Frees the memory, if this is a whole allocation; idempotent. */
  @Override
  public void close() {
    if (owner) {
      memory.close();
    }
  }

  CudaContext context() {
    return memory.context();
  }

  DevicePointer pointer() {
    return pointer;
  }

  void requireOpen() {
    if (!memory.isOpen()) {
      throw new IllegalStateException(name + " is closed");
    }
  }

  @Override
  public String toString() {
    return name + ", " + ByteSize.text(bytes);
  }
}
