package io.jgpt.bench.peers;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jgpt.model.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;

/**
 * The one function of cuBLAS that a roof needs, {@code cublasGemmEx}, in whichever version is
 * installed. It works in the context that is current on the calling thread.
 */
final class Cublas implements AutoCloseable {

  private static final List<String> LIBRARIES =
      List.of(
          "libcublas.so.13",
          "libcublas.so.12",
          "/usr/local/cuda/lib64/libcublas.so.13",
          "/usr/local/cuda/lib64/libcublas.so.12");

  // From library_types.h and cublas_api.h, alike in CUDA 12 and 13.
  private static final int CUDA_R_32F = 0;
  private static final int CUDA_R_16BF = 14;
  private static final int CUBLAS_OP_N = 0;
  private static final int CUBLAS_COMPUTE_32F = 68;
  private static final int CUBLAS_GEMM_DEFAULT = -1;

  private static final MemorySegment ONE = Arena.global().allocateFrom(JAVA_FLOAT, 1);
  private static final MemorySegment ZERO = Arena.global().allocateFrom(JAVA_FLOAT, 0);

  private final MethodHandle gemm;
  private final MethodHandle destroy;
  private final MemorySegment handle;

  private Cublas(SymbolLookup library) {
    this.gemm =
        function(
            library,
            "cublasGemmEx",
            FunctionDescriptor.of(
                JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS,
                JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS, JAVA_LONG,
                JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    this.destroy = function(library, "cublasDestroy_v2", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    MethodHandle create =
        function(library, "cublasCreate_v2", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment created = arena.allocate(ADDRESS);
      require("cublasCreate", () -> (int) create.invokeExact(created));
      this.handle = created.get(ADDRESS, 0);
    }
  }

  /** The newest that is here, or none. */
  static Optional<Cublas> open() {
    return LIBRARIES.stream().flatMap(name -> library(name).stream()).findFirst().map(Cublas::new);
  }

  private static Optional<SymbolLookup> library(String name) {
    try {
      return Optional.of(SymbolLookup.libraryLookup(name, Arena.global()));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // not here
    }
  }

  /** C = A B, all n x n, by column; accumulated in f32. */
  void multiply(DType dtype, int n, long a, long b, long c) {
    int type = dtype == DType.F32 ? CUDA_R_32F : CUDA_R_16BF;
    require(
        "cublasGemmEx",
        () ->
            (int)
                gemm.invokeExact(
                    handle,
                    CUBLAS_OP_N,
                    CUBLAS_OP_N,
                    n,
                    n,
                    n,
                    ONE,
                    a,
                    type,
                    n,
                    b,
                    type,
                    n,
                    ZERO,
                    c,
                    type,
                    n,
                    CUBLAS_COMPUTE_32F,
                    CUBLAS_GEMM_DEFAULT));
  }

  private static MethodHandle function(
      SymbolLookup library, String name, FunctionDescriptor descriptor) {
    return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), descriptor);
  }

  /** A call that returns a cublasStatus_t. */
  private interface Call {
    int status() throws Throwable;
  }

  private static void require(String name, Call call) {
    int status;
    try {
      status = call.status();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e); // a downcall throws nothing of its own
    }
    if (status != 0) {
      throw new PeerException(name + " failed with status " + status);
    }
  }

  @Override
  public void close() {
    require("cublasDestroy", () -> (int) destroy.invokeExact(handle));
  }
}
