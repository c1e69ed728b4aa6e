package io.jgpt.engine.cpu;

import io.jgpt.error.DeviceException;
import io.jgpt.model.Activation;
import io.jgpt.model.DType;
import io.jgpt.model.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The operators in C ({@code native/src/cpu}). Sizes of segments are checked here, once per call;
 * native code trusts them.
 */
final class NativeOperators implements Operators {

  /** What came of opening: the operators, or why this machine has none. */
  sealed interface Opening {}

  /** The caller closes them. */
  record Opened(NativeOperators operators) implements Opening {}

  /** The line says why and what to do, as a warning before a fallback. */
  record Unavailable(DeviceException reason) implements Opening {}

  // As the library has them.
  private static final int MAX_THREADS = 256;
  private static final int MAX_HEAD_SIZE = 256;

  // jgpt_status
  private static final int OK = 0;
  private static final int NO_MEMORY = 2;
  private static final int UNSUPPORTED = 3;
  private static final int NO_THREADS = 4;

  private static final int IDENTITY = 0; // jgpt_activation

  private final int threads;
  private final InstructionSet instructions;
  private long handle; // jgpt_cpu *, 0 once closed

  private NativeOperators(int threads, long handle) {
    this.threads = threads;
    this.handle = handle;
    try {
      this.instructions = InstructionSet.of((int) NativeCalls.ISA_USED.invokeExact(handle));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Operators with the best instructions of this CPU, if they take heads of that size. */
  static Opening open(int threads, int headSize) {
    if (headSize > MAX_HEAD_SIZE) {
      return new Unavailable(
          new DeviceException("engine.native-head-size", headSize, MAX_HEAD_SIZE));
    }
    return open(threads, InstructionSet.BEST);
  }

  /**
   * Operators with the best instructions of this CPU that are at most {@code cap}.
   *
   * @throws DeviceException if the system refuses memory or threads
   */
  static Opening open(int threads, InstructionSet cap) {
    if (NativeLibrary.loading() instanceof NativeLibrary.Failed failed) {
      return new Unavailable(failed.reason());
    }
    if (threads > MAX_THREADS) {
      throw new DeviceException("engine.threads", threads, MAX_THREADS);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG);
      int status = (int) NativeCalls.CREATE.invokeExact(threads, cap.code(), out);
      return switch (status) {
        case OK -> new Opened(new NativeOperators(threads, out.get(ValueLayout.JAVA_LONG, 0)));
        case UNSUPPORTED -> new Unavailable(new DeviceException("engine.native-cpu"));
        case NO_THREADS -> throw new DeviceException("engine.threads-refused", threads);
        case NO_MEMORY -> throw refused("the operators", 1 << 20);
        default -> throw new IllegalArgumentException("threads " + threads);
      };
    } catch (DeviceException | IllegalArgumentException e) {
      throw e;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** The instructions that are used. */
  InstructionSet instructions() {
    return instructions;
  }

  @Override
  public String description() {
    return instructions.label() + ", " + threads + (threads == 1 ? " thread" : " threads");
  }

  @Override
  public int threads() {
    return threads;
  }

  @Override
  public Linear pack(Tensor weight, boolean outIn, Tensor bias, DType dtype) {
    long n = weight.dim(outIn ? 0 : 1);
    long k = weight.dim(outIn ? 1 : 0);
    requireBias(bias, n);
    int status;
    long result;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG);
      status =
          (int)
              NativeCalls.PACK.invokeExact(
                  handle(),
                  weight.data(),
                  code(weight.dtype()),
                  outIn ? 1 : 0,
                  k,
                  n,
                  data(bias),
                  dataType(bias),
                  code(dtype),
                  out);
      result = out.get(ValueLayout.JAVA_LONG, 0);
    } catch (Throwable e) {
      throw impossible(e);
    }
    check(status, weight.name(), k * n * dtype.bytes());
    return new NativeLinear(Math.toIntExact(k), Math.toIntExact(n), dtype, result);
  }

  @Override
  public Linear pack(Int8Weights weights, Tensor bias) {
    int k = weights.in();
    int n = weights.out();
    requireBytes(weights.values(), (long) n * k);
    requireFloats(weights.scales(), 1, n);
    requireBias(bias, n);
    int status;
    long result;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG);
      status =
          (int)
              NativeCalls.PACK_INT8.invokeExact(
                  handle(),
                  weights.values(),
                  weights.scales(),
                  (long) k,
                  (long) n,
                  data(bias),
                  dataType(bias),
                  out);
      result = out.get(ValueLayout.JAVA_LONG, 0);
    } catch (Throwable e) {
      throw impossible(e);
    }
    check(status, "int8 weights", (long) n * k);
    return new NativeLinear(k, n, DType.INT8, result);
  }

  @Override
  public void embed(
      Tensor wte,
      Tensor wpe,
      MemorySegment tokens,
      MemorySegment positions,
      int rows,
      MemorySegment out) {
    long channels = wte.dim(1);
    requireFloats(tokens, rows, 1);
    requireFloats(positions, rows, 1);
    requireFloats(out, rows, channels);
    int status;
    try {
      status =
          (int)
              NativeCalls.EMBED.invokeExact(
                  handle(),
                  wte.data(),
                  code(wte.dtype()),
                  wte.dim(0),
                  wpe.data(),
                  code(wpe.dtype()),
                  wpe.dim(0),
                  tokens,
                  positions,
                  (long) rows,
                  channels,
                  out);
    } catch (Throwable e) {
      throw impossible(e);
    }
    check(status, "embedding", out.byteSize());
  }

  @Override
  public void layerNorm(
      MemorySegment x,
      MemorySegment gain,
      MemorySegment bias,
      float epsilon,
      int rows,
      int channels,
      MemorySegment out) {
    requireFloats(x, rows, channels);
    requireFloats(gain, 1, channels);
    requireFloats(bias, 1, channels);
    requireFloats(out, rows, channels);
    int status;
    try {
      status =
          (int)
              NativeCalls.LAYERNORM.invokeExact(
                  handle(), x, gain, bias, epsilon, (long) rows, (long) channels, out);
    } catch (Throwable e) {
      throw impossible(e);
    }
    check(status, "layer norm", out.byteSize());
  }

  @Override
  public void linear(
      MemorySegment x,
      Linear weights,
      Activation activation,
      MemorySegment residual,
      int rows,
      MemorySegment out) {
    requireFloats(x, rows, weights.in());
    requireFloats(out, rows, weights.out());
    if (residual != null) {
      requireFloats(residual, rows, weights.out());
    }
    int status;
    try {
      status =
          (int)
              NativeCalls.LINEAR.invokeExact(
                  handle(),
                  ((NativeLinear) weights).handle(),
                  x,
                  (long) rows,
                  activation == null ? IDENTITY : code(activation),
                  orNull(residual),
                  out);
    } catch (IllegalStateException e) {
      throw e;
    } catch (Throwable e) {
      throw impossible(e);
    }
    check(status, "workspace", (long) rows * weights.in() * Float.BYTES);
  }

  @Override
  public void attention(
      MemorySegment qkv,
      AttentionSlots slots,
      int layer,
      int heads,
      int headSize,
      float scale,
      MemorySegment out) {
    long channels = (long) heads * headSize;
    for (int i = 0; i < slots.size(); i++) {
      long rows = (long) slots.row(i) + slots.count(i);
      requireFloats(qkv, rows, 3 * channels);
      requireFloats(out, rows, channels);
      requireFloats(slots.kv(i), 2L * (layer + 1) * slots.capacity(i), channels);
    }
    int status;
    try {
      status =
          (int)
              NativeCalls.ATTENTION.invokeExact(
                  handle(),
                  qkv,
                  slots.array(),
                  (long) slots.size(),
                  layer,
                  heads,
                  headSize,
                  scale,
                  out);
    } catch (Throwable e) {
      throw impossible(e);
    }
    check(status, "workspace", out.byteSize());
  }

  @Override
  public double readBandwidth() {
    try {
      return (double) NativeCalls.READ_BANDWIDTH.invokeExact(handle());
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  @Override
  public void close() {
    long ended = handle;
    handle = 0;
    try {
      NativeCalls.DESTROY.invokeExact(ended); // accepts NULL
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  private long handle() {
    if (handle == 0) {
      throw new IllegalStateException("the operators are closed");
    }
    return handle;
  }

  private static int code(DType dtype) { // jgpt_dtype
    return switch (dtype) {
      case F32 -> 0;
      case F16 -> 1;
      case BF16 -> 2;
      case INT8 -> 3;
    };
  }

  private static int code(Activation activation) { // jgpt_activation
    return switch (activation) {
      case GELU_TANH -> 1;
      case GELU_ERF -> 2;
      case RELU -> 3;
      case SILU -> 4;
    };
  }

  // Arguments of invokeExact have their exact types; a conditional expression there would be an
  // Object.

  private static MemorySegment orNull(MemorySegment segment) {
    return segment == null ? MemorySegment.NULL : segment;
  }

  private static MemorySegment data(Tensor bias) {
    return bias == null ? MemorySegment.NULL : bias.data();
  }

  private static int dataType(Tensor bias) {
    return bias == null ? 0 : code(bias.dtype());
  }

  private static void requireFloats(MemorySegment segment, long rows, long columns) {
    requireBytes(segment, rows * columns * Float.BYTES);
  }

  private static void requireBytes(MemorySegment segment, long bytes) {
    if (segment.byteSize() < bytes) {
      throw new IndexOutOfBoundsException(
          "a segment of " + segment.byteSize() + " bytes, " + bytes + " needed");
    }
  }

  private static void requireBias(Tensor bias, long n) {
    if (bias != null && bias.elements() < n) {
      throw new IndexOutOfBoundsException(bias + ": " + n + " elements needed");
    }
  }

  private static void check(int status, String what, long bytes) {
    if (status == NO_MEMORY) {
      throw refused(what, bytes);
    }
    if (status != OK) {
      throw new IllegalArgumentException(what + ": native status " + status);
    }
  }

  private static DeviceException refused(String what, long bytes) {
    return new DeviceException("engine.refused", what, NativeMemory.size(bytes));
  }

  /** Our own checks pass through; a downcall itself throws nothing. */
  static RuntimeException impossible(Throwable e) {
    if (e instanceof IllegalStateException closed) {
      return closed;
    }
    throw new AssertionError("a downcall has no exceptions", e);
  }
}
