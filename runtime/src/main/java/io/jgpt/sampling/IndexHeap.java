package io.jgpt.sampling;

/**
 * Gives out positions {@code 0 .. n} by rising key, of equal keys the lower position first. Taking
 * the first m of n costs n + m log n: most of a vocabulary is never sorted. Reused; not safe for
 * use by several threads.
 */
final class IndexHeap {

  private final int[] heap;
  private double[] keys;
  private int size;

  IndexHeap(int capacity) {
    heap = new int[capacity];
    keys = new double[0];
  }

  /** Starts over with {@code keys[0 .. n)}, which stay unchanged while positions are taken. */
  void fill(double[] keys, int n) {
    this.keys = keys;
    size = n;
    for (int i = 0; i < n; i++) {
      heap[i] = i;
    }
    for (int i = n / 2 - 1; i >= 0; i--) {
      sink(i);
    }
  }

  /** Takes the position with the lowest key; at most n times. */
  int poll() {
    int first = heap[0];
    size--;
    heap[0] = heap[size];
    sink(0);
    return first;
  }

  private void sink(int at) {
    int moving = heap[at];
    while (2 * at + 1 < size) {
      int child = 2 * at + 1;
      if (child + 1 < size && before(heap[child + 1], heap[child])) {
        child++;
      }
      if (!before(heap[child], moving)) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = moving;
  }

  private boolean before(int a, int b) {
    return keys[a] < keys[b] || (keys[a] == keys[b] && a < b);
  }
}
