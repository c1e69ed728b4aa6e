package io.jgpt.engine.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The controls of cudasim, for tests tagged {@code cudasim}. They count as no call of the driver.
 * Static, as the simulator is one per process; {@link #reset} before each test.
 */
public final class Simulator {

  /** What it has without {@code CUDASIM_MEMORY}. */
  public static final long DEFAULT_MEMORY = 2L << 30;

  private static final SymbolLookup DRIVER =
      SymbolLookup.libraryLookup("libcuda.so.1", Arena.global());
  private static final MethodHandle SET_SEED = control("set_seed", null, JAVA_LONG);
  private static final MethodHandle SET_MEMORY = control("set_memory", null, JAVA_LONG);
  private static final MethodHandle SET_FAULT = control("set_fault", JAVA_BOOLEAN, ADDRESS);
  private static final MethodHandle CALLS = control("calls", JAVA_LONG);
  private static final MethodHandle LIVE_BYTES = control("live_bytes", JAVA_LONG);
  private static final MethodHandle LIVE_OBJECTS = control("live_objects", JAVA_LONG);
  private static final MethodHandle FINDINGS = control("findings", JAVA_LONG);
  private static final MethodHandle LOG_START = control("log_start", null);
  private static final MethodHandle LOG_TAKE = control("log_take", JAVA_LONG, ADDRESS, JAVA_LONG);

  private Simulator() {}

  private static MethodHandle control(String name, MemoryLayout result, MemoryLayout... arguments) {
    var function =
        result == null
            ? FunctionDescriptor.ofVoid(arguments)
            : FunctionDescriptor.of(result, arguments);
    return Linker.nativeLinker().downcallHandle(DRIVER.findOrThrow("cudasim_" + name), function);
  }

  /** No fault, all the memory, the first sequence of schedules. */
  public static void reset() {
    clearFault();
    setMemory(DEFAULT_MEMORY);
    setSeed(1);
  }

  /** Begins a new sequence of schedules. */
  public static void setSeed(long seed) {
    run(
        () -> {
          SET_SEED.invokeExact(seed); // as a statement: no result
        });
  }

  /** Bytes of the device. */
  public static void setMemory(long bytes) {
    run(
        () -> {
          SET_MEMORY.invokeExact(bytes);
        });
  }

  /**
   * Makes a call fail, counted from now on.
   *
   * @param specification {@code N}, {@code cuMemAlloc:N} or {@code cuMemAlloc:N:code}
   */
  public static void setFault(String specification) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(specification);
      if (!(boolean) call(() -> (boolean) SET_FAULT.invokeExact(text))) {
        throw new IllegalArgumentException(specification);
      }
    }
  }

  public static void clearFault() {
    setFault("");
  }

  /** Calls of the driver since the process began. */
  public static long calls() {
    return (long) call(() -> (long) CALLS.invokeExact());
  }

  /** Bytes of device and pinned memory not given back. */
  public static long liveBytes() {
    return (long) call(() -> (long) LIVE_BYTES.invokeExact());
  }

  /** Contexts, streams, modules, allocations and so on that are not given back. */
  public static long liveObjects() {
    return (long) call(() -> (long) LIVE_OBJECTS.invokeExact());
  }

  /** Errors in programs that it has found since the process began. */
  public static long findings() {
    return (long) call(() -> (long) FINDINGS.invokeExact());
  }

  /** Forgets the launch log and keeps one from now on. */
  public static void startLog() {
    run(
        () -> {
          LOG_START.invokeExact();
        });
  }

  /** Takes the lines of the launch log: kernel, grid, block, shared bytes, stream or graph. */
  public static List<String> takeLog() {
    var lines = new StringBuilder();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(1 << 16);
      long taken;
      do {
        taken = (long) call(() -> (long) LOG_TAKE.invokeExact(buffer, buffer.byteSize()));
        byte[] bytes = buffer.asSlice(0, taken).toArray(JAVA_BYTE);
        lines.append(new String(bytes, StandardCharsets.UTF_8));
      } while (taken > 0);
    }
    return lines.toString().lines().toList();
  }

  @FunctionalInterface
  private interface Call {
    Object run() throws Throwable;
  }

  @FunctionalInterface
  private interface Procedure {
    void run() throws Throwable;
  }

  private static Object call(Call call) {
    try {
      return call.run();
    } catch (Throwable e) {
      throw new AssertionError("the controls throw nothing", e);
    }
  }

  private static void run(Procedure procedure) {
    try {
      procedure.run();
    } catch (Throwable e) {
      throw new AssertionError("the controls throw nothing", e);
    }
  }
}
