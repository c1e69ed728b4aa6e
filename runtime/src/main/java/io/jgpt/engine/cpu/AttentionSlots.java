package io.jgpt.engine.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The sequences of one forward step as attention sees them: for each slot its rows in the step's
 * activations and its keys and values. Kept twice, for Java and as the array that native code
 * reads:
 *
 * <pre>
 *   struct slot {           bytes
 *     float  *kv;            0.. 7   [L][2][NH][capacity][HS]: per layer keys, then values
 *     int32_t row;           8..11   first row of the slot in the step's [T, 3C]
 *     int32_t count;        12..15   tokens appended by this step
 *     int32_t past;         16..19   tokens held before it
 *     int32_t capacity;     20..23
 *   };
 * </pre>
 */
final class AttentionSlots {

  static final MemoryLayout SLOT =
      MemoryLayout.structLayout(
          ValueLayout.ADDRESS.withName("kv"),
          ValueLayout.JAVA_INT.withName("row"),
          ValueLayout.JAVA_INT.withName("count"),
          ValueLayout.JAVA_INT.withName("past"),
          ValueLayout.JAVA_INT.withName("capacity"));

  private final MemorySegment array;
  private final MemorySegment[] kv;
  private int size;

  /** Room for {@code maxSlots} slots, allocated from {@code arena}. */
  AttentionSlots(Arena arena, int maxSlots) {
    array = arena.allocate(SLOT, maxSlots);
    kv = new MemorySegment[maxSlots];
  }

  void clear() {
    size = 0;
  }

  void add(MemorySegment kv, int row, int count, int past, int capacity) {
    this.kv[size] = kv;
    long at = size * SLOT.byteSize();
    array.set(ValueLayout.ADDRESS, at, kv);
    array.set(ValueLayout.JAVA_INT, at + 8, row);
    array.set(ValueLayout.JAVA_INT, at + 12, count);
    array.set(ValueLayout.JAVA_INT, at + 16, past);
    array.set(ValueLayout.JAVA_INT, at + 20, capacity);
    size++;
  }

  int size() {
    return size;
  }

  /** The array of {@code struct slot}. */
  MemorySegment array() {
    return array;
  }

  MemorySegment kv(int slot) {
    return kv[slot];
  }

  int row(int slot) {
    return array.get(ValueLayout.JAVA_INT, slot * SLOT.byteSize() + 8);
  }

  int count(int slot) {
    return array.get(ValueLayout.JAVA_INT, slot * SLOT.byteSize() + 12);
  }

  int past(int slot) {
    return array.get(ValueLayout.JAVA_INT, slot * SLOT.byteSize() + 16);
  }

  int capacity(int slot) {
    return array.get(ValueLayout.JAVA_INT, slot * SLOT.byteSize() + 20);
  }
}
