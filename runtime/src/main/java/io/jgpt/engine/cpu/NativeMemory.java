package io.jgpt.engine.cpu;

import io.jgpt.error.DeviceException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The native memory of one engine, and the account of it. It comes from C's {@code calloc} and not
 * from {@link Arena#allocate}, which writes zeros through every page: here a block costs nothing
 * until it is used, and a refusal is an error of ours, not an {@link OutOfMemoryError}.
 *
 * <p>May be used by several threads.
 */
final class NativeMemory {

  /** Cache lines, and the widest vectors. */
  private static final long ALIGNMENT = 64;

  private static final long HUGE_PAGE = 2 << 20;
  private static final int MADV_HUGEPAGE = 14; // from Linux's <sys/mman.h>

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle CALLOC =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("calloc"),
          FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
  private static final MethodHandle FREE =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("free"),
          FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
  private static final Optional<MethodHandle> MADVISE =
      LINKER
          .defaultLookup()
          .find("madvise")
          .filter(symbol -> Files.exists(Path.of("/sys/kernel/mm/transparent_hugepage")))
          .map(
              symbol ->
                  LINKER.downcallHandle(
                      symbol,
                      FunctionDescriptor.of(
                          ValueLayout.JAVA_INT,
                          ValueLayout.ADDRESS,
                          ValueLayout.JAVA_LONG,
                          ValueLayout.JAVA_INT)));

  private final LongSupplier available;
  private final AtomicLong held = new AtomicLong();

  /**
   * @param available bytes that the machine can still give
   */
  NativeMemory(LongSupplier available) {
    this.available = available;
  }

  /** Bytes that the machine can still give. */
  long available() {
    return available.getAsLong();
  }

  /** Bytes allocated and not yet freed. */
  long held() {
    return held.get();
  }

  /**
   * A zeroed block, 64-byte aligned, freed when {@code arena} closes.
   *
   * @param what names the block in the error, in English as it is shown: {@code KV cache}
   * @throws DeviceException if the system refuses it
   */
  MemorySegment allocate(String what, long bytes, Arena arena) {
    return allocate(what, bytes, ALIGNMENT, arena);
  }

  /**
   * As {@link #allocate}, for a block that will be filled at once and streamed through: in huge
   * pages where the system has them, which saves most of the page faults and TLB misses.
   */
  MemorySegment allocateForStreaming(String what, long bytes, Arena arena) {
    if (MADVISE.isEmpty() || bytes < 4 * HUGE_PAGE) {
      return allocate(what, bytes, ALIGNMENT, arena);
    }
    MemorySegment block = allocate(what, bytes, HUGE_PAGE, arena);
    try {
      // Advice: whatever it answers, the block is good.
      int ignored = (int) MADVISE.get().invokeExact(block, bytes, MADV_HUGEPAGE);
    } catch (Throwable e) {
      throw new AssertionError("madvise has no exceptions", e);
    }
    return block;
  }

  private MemorySegment allocate(String what, long bytes, long alignment, Arena arena) {
    MemorySegment block;
    try {
      // calloc aligns to 16; the slack moves the start forward and is never touched.
      block = (MemorySegment) CALLOC.invokeExact(bytes + alignment, 1L);
    } catch (Throwable e) {
      throw new AssertionError("calloc has no exceptions", e);
    }
    if (block.address() == 0) {
      throw new DeviceException("engine.refused", what, size(bytes));
    }
    held.addAndGet(bytes);
    long start = Math.ceilDiv(block.address(), alignment) * alignment;
    return block
        .reinterpret(bytes + alignment, arena, whole -> free(whole, bytes))
        .asSlice(start - block.address(), bytes);
  }

  private void free(MemorySegment whole, long bytes) {
    try {
      FREE.invokeExact(whole);
    } catch (Throwable e) {
      throw new AssertionError("free has no exceptions", e);
    }
    held.addAndGet(-bytes);
  }

  /** {@code 18.8 GiB}, {@code 72.0 MiB}, {@code 12.0 KiB}. */
  static String size(long bytes) {
    if (bytes >= 1L << 30) {
      return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
    }
    if (bytes >= 1L << 20) {
      return String.format(Locale.ROOT, "%.1f MiB", bytes / (double) (1L << 20));
    }
    return String.format(Locale.ROOT, "%.1f KiB", bytes / (double) (1L << 10));
  }
}
