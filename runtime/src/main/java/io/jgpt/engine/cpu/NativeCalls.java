package io.jgpt.engine.cpu;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * The functions of {@code jgpt_cpu.h}, in its order. May be touched only where {@link
 * NativeLibrary#loading} is {@link NativeLibrary.Loaded}. Handles to C objects ({@code jgpt_cpu *},
 * {@code jgpt_linear *}) are longs.
 */
final class NativeCalls {

  private static final SymbolLookup SYMBOLS =
      switch (NativeLibrary.loading()) {
        case NativeLibrary.Loaded loaded -> loaded.symbols();
        case NativeLibrary.Failed failed -> throw new IllegalStateException(failed.reason());
      };

  static final MethodHandle ISA = status("jgpt_cpu_isa");
  static final MethodHandle CREATE = status("jgpt_cpu_create", JAVA_INT, JAVA_INT, ADDRESS);
  static final MethodHandle DESTROY =
      handle("jgpt_cpu_destroy", FunctionDescriptor.ofVoid(JAVA_LONG));
  static final MethodHandle ISA_USED = status("jgpt_cpu_isa_used", JAVA_LONG);
  static final MethodHandle PACK =
      status(
          "jgpt_cpu_pack",
          JAVA_LONG, // cpu
          ADDRESS, // weight
          JAVA_INT, // weight_dtype
          JAVA_INT, // out_in
          JAVA_LONG, // k
          JAVA_LONG, // n
          ADDRESS, // bias
          JAVA_INT, // bias_dtype
          JAVA_INT, // dtype
          ADDRESS); // out
  static final MethodHandle PACK_INT8 =
      status(
          "jgpt_cpu_pack_int8",
          JAVA_LONG, // cpu
          ADDRESS, // values
          ADDRESS, // scales
          JAVA_LONG, // k
          JAVA_LONG, // n
          ADDRESS, // bias
          JAVA_INT, // bias_dtype
          ADDRESS); // out
  static final MethodHandle LINEAR_BYTES =
      handle("jgpt_linear_bytes", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
  static final MethodHandle LINEAR_FREE =
      handle("jgpt_linear_free", FunctionDescriptor.ofVoid(JAVA_LONG));
  static final MethodHandle LINEAR =
      status(
          "jgpt_cpu_linear",
          JAVA_LONG, // cpu
          JAVA_LONG, // weights
          ADDRESS, // x
          JAVA_LONG, // rows
          JAVA_INT, // activation
          ADDRESS, // residual
          ADDRESS); // out
  static final MethodHandle EMBED =
      status(
          "jgpt_cpu_embed",
          JAVA_LONG, // cpu
          ADDRESS, // wte
          JAVA_INT, // wte_dtype
          JAVA_LONG, // wte_rows
          ADDRESS, // wpe
          JAVA_INT, // wpe_dtype
          JAVA_LONG, // wpe_rows
          ADDRESS, // tokens
          ADDRESS, // positions
          JAVA_LONG, // rows
          JAVA_LONG, // channels
          ADDRESS); // out
  static final MethodHandle LAYERNORM =
      status(
          "jgpt_cpu_layernorm",
          JAVA_LONG, // cpu
          ADDRESS, // x
          ADDRESS, // gain
          ADDRESS, // bias
          JAVA_FLOAT, // epsilon
          JAVA_LONG, // rows
          JAVA_LONG, // channels
          ADDRESS); // out
  static final MethodHandle ATTENTION =
      status(
          "jgpt_cpu_attention",
          JAVA_LONG, // cpu
          ADDRESS, // qkv
          ADDRESS, // slots
          JAVA_LONG, // slot_count
          JAVA_INT, // layer
          JAVA_INT, // heads
          JAVA_INT, // head_size
          JAVA_FLOAT, // scale
          ADDRESS); // out
  static final MethodHandle READ_BANDWIDTH =
      handle("jgpt_cpu_read_bandwidth", FunctionDescriptor.of(JAVA_DOUBLE, JAVA_LONG));

  private NativeCalls() {}

  private static MethodHandle status(String name, MemoryLayout... arguments) {
    return handle(name, FunctionDescriptor.of(JAVA_INT, arguments));
  }

  private static MethodHandle handle(String name, FunctionDescriptor function) {
    return Linker.nativeLinker().downcallHandle(SYMBOLS.findOrThrow(name), function);
  }
}
