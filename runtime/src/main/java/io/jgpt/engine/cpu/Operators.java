package io.jgpt.engine.cpu;

import io.jgpt.model.Activation;
import io.jgpt.model.DType;
import io.jgpt.model.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * The operators of a decoder's forward pass on the CPU: native code, or plain Java as oracle and
 * fallback.
 *
 * <p>Activations are row-major float32 in native memory, 64-byte aligned. T is the number of rows
 * (tokens) of a step. Operators spread over their own threads and return when the result is
 * complete. One thread at a time calls them. Each output element is summed in an order that depends
 * on neither the number of threads nor the other rows' values, so the same step gives the same
 * bytes on any number of threads.
 */
interface Operators extends AutoCloseable {

  /** For people: {@code AVX-512, 2 threads}. */
  String description();

  int threads();

  /**
   * Weights of a linear layer in the form that these operators read fastest. Owned by its
   * operators' user.
   */
  interface Linear extends AutoCloseable {
    /** K. */
    int in();

    /** N. */
    int out();

    DType dtype();

    /** Bytes held, bias and scales included. */
    long bytes();

    @Override
    void close();
  }

  /**
   * Packs a weight matrix; reads each element of {@code weight} once.
   *
   * @param weight two-dimensional, F32, F16 or BF16
   * @param outIn true if stored [out, in] (embedding, LM head), false if [in, out] (Conv1D)
   * @param bias of length N in F32, F16 or BF16, or null
   * @param dtype to hold and multiply in: F32, F16 or BF16
   */
  Linear pack(Tensor weight, boolean outIn, Tensor bias, DType dtype);

  /**
   * Packs quantized weights. The product quantizes each row of x to bytes too: {@code s = max|x| /
   * 127}, {@code round(x / s)}, ties to even; sums the products as integers, which is exact, and
   * multiplies with both scales.
   *
   * @param bias as above
   */
  Linear pack(Int8Weights weights, Tensor bias);

  /**
   * {@code out[t] = wte[tokens[t]] + wpe[positions[t]]}.
   *
   * @param tokens int32 [T], in range
   * @param positions int32 [T], in range
   * @param out [T, C]
   */
  void embed(
      Tensor wte,
      Tensor wpe,
      MemorySegment tokens,
      MemorySegment positions,
      int rows,
      MemorySegment out);

  /**
   * {@code out[t] = (x[t] - mean) / sqrt(variance + epsilon) * gain + bias}, the variance over C
   * (biased).
   *
   * @param x [T, C]
   * @param gain float32 [C]
   * @param bias float32 [C]
   * @param out [T, C]; may be {@code x}
   */
  void layerNorm(
      MemorySegment x,
      MemorySegment gain,
      MemorySegment bias,
      float epsilon,
      int rows,
      int channels,
      MemorySegment out);

  /**
   * {@code out = f(x W + b) + residual}.
   *
   * @param x [T, K]
   * @param activation f, or null for none
   * @param residual [T, N] or null; may be {@code out}
   * @param out [T, N]
   */
  void linear(
      MemorySegment x,
      Linear weights,
      Activation activation,
      MemorySegment residual,
      int rows,
      MemorySegment out);

  /**
   * Appends the step's keys and values to each slot's cache, then causal self-attention: for each
   * slot, row t and head, {@code out = softmax(scale * q K^T) V} over the keys {@code 0 .. past +
   * t}. T x T scores are never materialised.
   *
   * @param qkv [T, 3C]: for each row queries, keys, values, each [NH, HS]
   * @param layer which layer's part of the caches
   * @param out [T, C]
   */
  void attention(
      MemorySegment qkv,
      AttentionSlots slots,
      int layer,
      int heads,
      int headSize,
      float scale,
      MemorySegment out);

  /**
   * Bytes per second that these operators' threads read from memory together, measured now: the
   * roof of decoding. Takes well under a second.
   */
  double readBandwidth();

  /** Ends the threads; idempotent. */
  @Override
  void close();
}
