package io.jgpt.engine.cuda;

import io.jgpt.engine.cuda.driver.CudaGraph;
import io.jgpt.engine.cuda.driver.CudaStream;
import java.util.function.LongConsumer;

/**
 * The steps that decode one token per slot, as graphs: one for each number of slots, captured when
 * it first occurs. Those that draw carry lists of changing size up to the device; a graph copies
 * the same bytes each time, so that there is one for each power of eight of them.
 */
final class DecodeGraphs {

  /** Larger steps keep the device busy for longer than their launches take. */
  private static final int MAX_SLOTS = 64;

  private static final int SMALLEST_LISTS = 1 << 10;
  private static final int LIST_SIZES = 8; // the last is 2 GiB
  private static final int LOG_OF_FACTOR = 3;

  private final CudaStream stream;
  private final int maxSlots;
  private final CudaGraph[] logits; // by slots
  private final CudaGraph[][] draws; // by slots, by the size of the lists

  /**
   * @param headRows how many rows of logits a step computes at once
   */
  DecodeGraphs(CudaStream stream, int headRows) {
    this.stream = stream;
    this.maxSlots = Math.min(MAX_SLOTS, headRows);
    logits = new CudaGraph[maxSlots + 1];
    draws = new CudaGraph[maxSlots + 1][LIST_SIZES];
  }

  int maxSlots() {
    return maxSlots;
  }

  /**
   * The graph of steps that download their logits.
   *
   * @param queue queues such a step
   */
  CudaGraph logits(int slots, Runnable queue) {
    CudaGraph graph = logits[slots];
    if (graph == null) {
      graph = stream.capture("decode of " + slots, queue);
      logits[slots] = graph;
    }
    return graph;
  }

  /**
   * The graph of steps that draw.
   *
   * @param listBytes of the lists at least
   * @param queue queues such a step with so many bytes of lists
   */
  CudaGraph draws(int slots, long listBytes, LongConsumer queue) {
    int size = 0;
    while (listBytes(size) < listBytes) {
      size++;
    }
    CudaGraph graph = draws[slots][size];
    if (graph == null) {
      long bytes = listBytes(size);
      graph = stream.capture("decode and draw of " + slots, () -> queue.accept(bytes));
      draws[slots][size] = graph;
    }
    return graph;
  }

  private static long listBytes(int size) {
    return (long) SMALLEST_LISTS << (LOG_OF_FACTOR * size);
  }
}
