package io.jgpt.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Elements of F32, F16 and BF16 as Java floats, and back. */
public final class FloatElements {

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private FloatElements() {}

  /** Reads {@code count} elements of the tensor from element {@code first} on. */
  public static void read(Tensor tensor, long first, int count, float[] into, int at) {
    read(tensor.data(), tensor.dtype(), first, count, into, at);
  }

  /** Reads {@code count} elements of type {@code dtype} from element {@code first} on. */
  public static void read(
      MemorySegment data, DType dtype, long first, int count, float[] into, int at) {
    long offset = first * dtype.bytes();
    switch (dtype) {
      case F32 -> MemorySegment.copy(data, FLOAT, offset, into, at, count);
      case F16 -> {
        for (int i = 0; i < count; i++) {
          into[at + i] = Float.float16ToFloat(data.get(SHORT, offset + 2L * i));
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          into[at + i] = Float.intBitsToFloat(data.get(SHORT, offset + 2L * i) << 16);
        }
      }
      case INT8 -> {
        for (int i = 0; i < count; i++) {
          into[at + i] = data.get(ValueLayout.JAVA_BYTE, offset + i);
        }
      }
    }
  }

  /** Writes one element, rounded to nearest, ties to even. */
  public static void write(float value, DType dtype, MemorySegment data, long index) {
    switch (dtype) {
      case F32 -> data.set(FLOAT, 4 * index, value);
      case F16 -> data.set(SHORT, 2 * index, Float.floatToFloat16(value));
      case BF16 -> data.set(SHORT, 2 * index, floatToBfloat16(value));
      case INT8 -> data.set(ValueLayout.JAVA_BYTE, index, (byte) value);
    }
  }

  /** Rounded to nearest, ties to even; a NaN stays one. */
  public static short floatToBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }
}
