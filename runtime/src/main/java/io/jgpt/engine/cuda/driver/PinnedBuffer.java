package io.jgpt.engine.cuda.driver;

import java.lang.foreign.MemorySegment;

/**
 * Host memory that the device copies from and to by itself while Java goes on, or a view of a part
 * of it; up to 2 GiB. A view borrows, as one of a {@link DeviceBuffer} does.
 *
 * <p>From the moment a copy is queued until it is known to be done ({@link CudaStream#synchronize},
 * {@link CudaEvent#synchronize}), what it reads must not be written, and what it writes not read.
 */
public final class PinnedBuffer implements AutoCloseable {

  private final PinnedMemory memory;
  private final HostPointer pointer;
  private final MemorySegment segment;
  private final boolean owner;

  private PinnedBuffer(PinnedMemory memory, MemorySegment segment, boolean owner) {
    this.memory = memory;
    this.segment = segment;
    this.pointer = HostPointer.to(segment);
    this.owner = owner;
  }

  static PinnedBuffer owning(PinnedMemory memory) {
    return new PinnedBuffer(memory, memory.segment(), true);
  }

  /** What it is for, as errors name it. */
  public String name() {
    return memory.name();
  }

  public long bytes() {
    return segment.byteSize();
  }

  /** The memory. It throws when the allocation is closed. */
  public MemorySegment segment() {
    return segment;
  }

  /**
   * A view of a part.
   *
   * @param offset in bytes, from this buffer's start
   * @throws IndexOutOfBoundsException if the part is not inside this buffer
   */
  public PinnedBuffer slice(long offset, long bytes) {
    return new PinnedBuffer(memory, segment.asSlice(offset, bytes), false);
  }

  /** Frees the memory, if this is a whole allocation; idempotent. Nothing may be copying. */
  @Override
  public void close() {
    if (owner) {
      memory.close();
    }
  }

  CudaContext context() {
    return memory.context();
  }

  HostPointer pointer() {
    return pointer;
  }

  void requireOpen() {
    if (!memory.isOpen()) {
      throw new IllegalStateException(name() + " is closed");
    }
  }

  @Override
  public String toString() {
    return name() + ", " + ByteSize.text(bytes());
  }
}
