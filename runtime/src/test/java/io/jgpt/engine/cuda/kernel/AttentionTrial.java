package io.jgpt.engine.cuda.kernel;

import static io.jgpt.testing.RandomTensors.normal;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.jgpt.engine.cuda.driver.DeviceBuffer;
import io.jgpt.testing.ReferenceOperators;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;

/**
 * Sequences with their keys, values and queries at every position, of which any step can be run.
 * Pages lie where a shuffle puts them, and hold noise or NaN wherever no token is.
 */
final class AttentionTrial {

  /** What memory holds that no token has written. */
  enum Unwritten {
    NAN,
    NOISE
  }

  private static final int PAGE = AttentionKernels.PAGE_TOKENS;
  private static final int LAYERS = 2;
  private static final int LAYER = 1;
  private static final int SPARE_PAGES = 3;

  private final KernelBench bench;
  private final WeightType type;
  private final int heads;
  private final int headSize;
  private final int[] lengths;
  private final int maxPages;
  private final float scale;
  private final float[][] qkv; // of each sequence, [length][3C]
  private final int[] pageTable;
  private final DeviceBuffer pages;
  private final AttentionKernels kernels;

  /**
   * @param lengths tokens of each sequence, all steps together
   * @param layout seed of where pages lie
   */
  AttentionTrial(
      KernelBench bench,
      WeightType type,
      int heads,
      int headSize,
      int[] lengths,
      long data,
      long layout,
      Unwritten unwritten) {
    this.bench = bench;
    this.type = type;
    this.heads = heads;
    this.headSize = headSize;
    this.lengths = lengths;
    scale = (float) (1 / Math.sqrt(headSize));
    var random = new Random(data);
    qkv = new float[lengths.length][];
    for (int i = 0; i < lengths.length; i++) {
      qkv[i] = normal(random, lengths[i] * 3 * heads * headSize);
    }
    maxPages = Math.ceilDiv(Arrays.stream(lengths).max().getAsInt(), PAGE) + 1;
    pageTable = new int[lengths.length * maxPages];
    pages = layOut(new Random(layout), unwritten);
    kernels = new AttentionKernels(bench.kernels, type, LAYERS, heads, headSize);
  }

  private DeviceBuffer layOut(Random random, Unwritten unwritten) {
    int used = Arrays.stream(lengths).map(length -> Math.ceilDiv(length, PAGE)).sum();
    int[] order = random.ints(0, Integer.MAX_VALUE).distinct().limit(used + SPARE_PAGES).toArray();
    int[] sorted = order.clone();
    Arrays.sort(sorted);
    Arrays.fill(pageTable, -1_000_000); // nobody follows it
    int next = 0;
    for (int sequence = 0; sequence < lengths.length; sequence++) {
      for (int page = 0; page < Math.ceilDiv(lengths[sequence], PAGE); page++) {
        pageTable[sequence * maxPages + page] = Arrays.binarySearch(sorted, order[next++]);
      }
    }
    int elements = (used + SPARE_PAGES) * LAYERS * 2 * heads * PAGE * headSize;
    float[] values = new float[elements];
    for (int i = 0; i < elements; i++) {
      values[i] = unwritten == Unwritten.NAN ? Float.NaN : (float) (100 * random.nextGaussian());
    }
    byte[] encoded = KernelBench.encoded(type, values, 0, elements);
    return bench.upload("pages", MemorySegment.ofArray(encoded));
  }

  /** Queues a step by the prefill kernel and returns its rows [T][C]. */
  float[] prefill(int[] past, int[] counts) {
    int[] rowStart = new int[counts.length + 1];
    for (int i = 0; i < counts.length; i++) {
      rowStart[i + 1] = rowStart[i] + counts[i];
    }
    int rows = rowStart[counts.length];
    DeviceBuffer out = bench.output(rows * heads * headSize);
    kernels.prefill(
        bench.stream,
        bench.floats("qkv", step(past, counts)),
        pages,
        bench.ints("page table", pageTable),
        bench.ints("row start", rowStart),
        bench.ints("past", past),
        counts.length,
        Arrays.stream(counts).max().getAsInt(),
        LAYER,
        maxPages,
        scale,
        out);
    return bench.result(out);
  }

  float[] decode(int[] past) {
    return decode(past, 0);
  }

  /**
   * Queues a step of one token per sequence and returns its rows [B][C].
   *
   * @param more pages that the launch allows for beyond those that there are
   */
  float[] decode(int[] past, int more) {
    int slots = past.length;
    int wide = maxPages + more;
    int[] table = new int[slots * wide];
    Arrays.fill(table, -1_000_000);
    for (int i = 0; i < slots; i++) {
      System.arraycopy(pageTable, i * maxPages, table, i * wide, maxPages);
    }
    int[] counts = new int[slots];
    Arrays.fill(counts, 1);
    DeviceBuffer out = bench.output(slots * heads * headSize);
    kernels.decode(
        bench.stream,
        bench.floats("qkv", step(past, counts)),
        pages,
        bench.ints("page table", table),
        bench.ints("past", past),
        bench.allocate("partials", AttentionKernels.partialBytes(slots, heads, headSize, wide)),
        slots,
        LAYER,
        wide,
        scale,
        out);
    return bench.result(out);
  }

  private float[] step(int[] past, int[] counts) {
    int width = 3 * heads * headSize;
    float[] rows = new float[Arrays.stream(counts).sum() * width];
    int row = 0;
    for (int i = 0; i < counts.length; i++) {
      System.arraycopy(qkv[i], past[i] * width, rows, row * width, counts[i] * width);
      row += counts[i];
    }
    return rows;
  }

  /** The rows that a step is to give, by an operator for one head. */
  double[] expected(ReferenceOperators operators, int[] past, int[] counts) {
    int c = heads * headSize;
    double[] rows = new double[Arrays.stream(counts).sum() * c];
    int row = 0;
    for (int i = 0; i < counts.length; i++) {
      for (int t = past[i]; t < past[i] + counts[i]; t++, row++) {
        for (int head = 0; head < heads; head++) {
          float[] q = part(i, t, 0, head);
          float[] keys = history(i, t, 1, head);
          float[] values = history(i, t, 2, head);
          double[] out = operators.attention(q, keys, values, scale);
          System.arraycopy(out, 0, rows, row * c + head * headSize, headSize);
        }
      }
    }
    return rows;
  }

  private float[] history(int sequence, int last, int part, int head) {
    float[] rows = new float[(last + 1) * headSize];
    for (int t = 0; t <= last; t++) {
      float[] row = KernelBench.rounded(type, part(sequence, t, part, head));
      System.arraycopy(row, 0, rows, t * headSize, headSize);
    }
    return rows;
  }

  private float[] part(int sequence, int position, int part, int head) {
    int at = ((position * 3 + part) * heads + head) * headSize;
    return Arrays.copyOfRange(qkv[sequence], at, at + headSize);
  }

  /** Brings the first tokens of each sequence into their pages, as steps before would have. */
  void hold(int[] held) {
    bench.stream.write(pages, MemorySegment.ofArray(pagesWith(held, pageBytes())));
  }

  /** Every page holds the tokens so far, and no other byte was written. */
  void assertPagesHold(int[] held, byte[] before) {
    assertArrayEquals(pagesWith(held, before), pageBytes());
  }

  private byte[] pagesWith(int[] held, byte[] before) {
    byte[] expected = before.clone();
    for (int i = 0; i < held.length; i++) {
      for (int t = 0; t < held[i]; t++) {
        for (int part = 0; part < 2; part++) {
          for (int head = 0; head < heads; head++) {
            byte[] row = KernelBench.encoded(type, part(i, t, 1 + part, head), 0, headSize);
            long plane = ((long) pageTable[i * maxPages + t / PAGE] * LAYERS + LAYER) * 2 + part;
            long at = ((plane * heads + head) * PAGE + t % PAGE) * headSize;
            System.arraycopy(row, 0, expected, (int) at * type.bytes(), row.length);
          }
        }
      }
    }
    return expected;
  }

  byte[] pageBytes() {
    return bench.bytes(pages);
  }
}
