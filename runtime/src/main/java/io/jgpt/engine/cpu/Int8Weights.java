package io.jgpt.engine.cpu;

import io.jgpt.model.FloatElements;
import io.jgpt.model.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A weight matrix quantized symmetrically per output channel: {@code w[n][k] ~ values[n][k] *
 * scales[n]} with {@code scales[n] = max_k |w[n][k]| / 127} and {@code values = round(w / scale)},
 * ties to even. A view; it owns nothing.
 *
 * @param in K
 * @param out N
 * @param values int8 [N, K], in -127 .. 127
 * @param scales float32 [N], 4-byte aligned; 0 for a channel of zeros
 */
record Int8Weights(int in, int out, MemorySegment values, MemorySegment scales) {

  /** Output channels that are quantized together: enough to read [in, out] storage by lines. */
  private static final int GROUP = 64;

  /** Number of parts that {@link #quantize} works in. */
  int groups() {
    return (out + GROUP - 1) / GROUP;
  }

  /**
   * Fills one group of output channels. Groups can be filled by several threads at once.
   *
   * @param weight [N, K] if {@code outIn}, else [K, N]; F32, F16 or BF16
   */
  void quantize(Tensor weight, boolean outIn, int group) {
    int first = group * GROUP;
    int count = Math.min(GROUP, out - first);
    float[] channels = new float[count * in]; // [count, K], or [K, count] as stored
    if (outIn) {
      FloatElements.read(weight, (long) first * in, count * in, channels, 0);
    } else {
      for (int k = 0; k < in; k++) {
        FloatElements.read(weight, (long) k * out + first, count, channels, k * count);
      }
    }
    float[] row = new float[in];
    byte[] quantized = new byte[in];
    for (int n = 0; n < count; n++) {
      int start = outIn ? n * in : n;
      int step = outIn ? 1 : count;
      for (int k = 0; k < in; k++) {
        row[k] = channels[start + k * step];
      }
      float scale = quantize(row, quantized);
      MemorySegment.copy(quantized, 0, values, ValueLayout.JAVA_BYTE, (long) (first + n) * in, in);
      scales.setAtIndex(ValueLayout.JAVA_FLOAT, first + n, scale);
    }
  }

  private static float quantize(float[] row, byte[] into) {
    float max = 0;
    for (float w : row) {
      max = Math.max(max, Math.abs(w));
    }
    float scale = max / 127;
    float inverse = max > 0 ? 127 / max : 0;
    for (int k = 0; k < row.length; k++) {
      into[k] = (byte) (int) Math.rint((double) row[k] * inverse);
    }
    return scale;
  }
}
