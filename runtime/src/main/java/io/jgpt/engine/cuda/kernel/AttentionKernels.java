package io.jgpt.engine.cuda.kernel;

import io.jgpt.engine.cuda.driver.CudaStream;
import io.jgpt.engine.cuda.driver.DeviceBuffer;

/**
 * Attention of a step's tokens to the keys of their sequences, which includes the keys' way into
 * the pages. All of a step's arrays are read from device memory, so that a captured launch serves
 * every step of as many slots.
 *
 * <p>Pages are {@code [P][L][2][NH][32][HS]} of the weight type; a sequence's row of the page table
 * names the page of each 32 tokens. Pages for this step's tokens are in it already.
 */
public final class AttentionKernels {

  /** Tokens of a page. */
  public static final int PAGE_TOKENS = LaunchTable.PAGE_TOKENS;

  /** HS: a warp has 8 elements per lane. */
  public static final int MAX_HEAD_SIZE = 256;

  private final WeightType type;
  private final int layers;
  private final int heads;
  private final int headSize;
  private final Kernel prefill;
  private final Kernel decode;
  private final Kernel combine;

  /**
   * @param type of the keys and values in the pages
   * @param layers L
   * @param heads NH
   * @param headSize HS, up to {@value #MAX_HEAD_SIZE}
   */
  public AttentionKernels(KernelSet kernels, WeightType type, int layers, int heads, int headSize) {
    Shapes.requirePositive("layers", layers);
    Shapes.requirePositive("heads", heads);
    Shapes.requirePositive("headSize", headSize);
    if (headSize > MAX_HEAD_SIZE) {
      throw new IllegalArgumentException("headSize is " + headSize + "; at most " + MAX_HEAD_SIZE);
    }
    this.type = type;
    this.layers = layers;
    this.heads = heads;
    this.headSize = headSize;
    this.prefill = kernels.kernel(KernelFamily.ATTENTION_PREFILL, type);
    this.decode = kernels.kernel(KernelFamily.ATTENTION_DECODE, type);
    this.combine = kernels.kernel(KernelFamily.ATTENTION_COMBINE);
  }

  /** Size of a page in bytes. */
  public static long pageBytes(int layers, int heads, int headSize, WeightType type) {
    return 2L * layers * heads * PAGE_TOKENS * headSize * type.bytes();
  }

  /** Bytes that {@link #decode} needs for the results of its splits. */
  public static long partialBytes(int slots, int heads, int headSize, int maxPages) {
    return 4L * slots * heads * LaunchTable.attentionSplits(maxPages) * (headSize + 2);
  }

  /**
   * Any number of tokens per slot, at least one each.
   *
   * @param qkv float32 [T][3C]: a row q | k | v, each [NH][HS]
   * @param pages keys and values before this step; this step's are added
   * @param pageTable int [slots][maxPages]
   * @param rowStart int [slots + 1]: each slot's first row of qkv, T at the end
   * @param past int [slots]: tokens that each sequence held before
   * @param slots B
   * @param mostRows most tokens of a slot
   * @param layer of the model, from 0
   * @param scale of the scores
   * @param out float32 [T][C]
   */
  public void prefill(
      CudaStream stream,
      DeviceBuffer qkv,
      DeviceBuffer pages,
      DeviceBuffer pageTable,
      DeviceBuffer rowStart,
      DeviceBuffer past,
      int slots,
      int mostRows,
      int layer,
      int maxPages,
      float scale,
      DeviceBuffer out) {
    requireStep(pageTable, past, slots, layer, maxPages);
    Shapes.requirePositive("mostRows", mostRows);
    Shapes.require(rowStart, slots + 1L);
    int chunks = LaunchTable.attentionChunks(headSize);
    prefill
        .begin()
        .putAddress(qkv)
        .putAddress(pages)
        .putAddress(pageTable)
        .putAddress(rowStart)
        .putAddress(past)
        .putAddress(out)
        .putInt(layer)
        .putInt(layers)
        .putInt(heads)
        .putInt(headSize)
        .putInt(maxPages)
        .putFloat(scale);
    prefill.launch(
        stream,
        LaunchTable.ceilDiv(mostRows, LaunchTable.PREFILL_ROWS) * chunks,
        heads,
        slots,
        LaunchTable.PREFILL_THREADS,
        LaunchTable.prefillShared(headSize));
  }

  /**
   * One token per slot; two launches. They are as large as {@code maxPages} demands, and what a
   * sequence has no keys for leaves at once.
   *
   * @param qkv float32 [slots][3C]
   * @param pages keys and values before this step; this step's are added
   * @param pageTable int [slots][maxPages]
   * @param past int [slots]: tokens that each sequence held before
   * @param partials workspace of {@link #partialBytes}
   * @param slots B
   * @param layer of the model, from 0
   * @param scale of the scores
   * @param out float32 [slots][C]
   */
  public void decode(
      CudaStream stream,
      DeviceBuffer qkv,
      DeviceBuffer pages,
      DeviceBuffer pageTable,
      DeviceBuffer past,
      DeviceBuffer partials,
      int slots,
      int layer,
      int maxPages,
      float scale,
      DeviceBuffer out) {
    requireStep(pageTable, past, slots, layer, maxPages);
    long c = (long) heads * headSize;
    Shapes.require(qkv, 3L * slots * c);
    Shapes.require(out, slots * c);
    Shapes.requireBytes(partials, partialBytes(slots, heads, headSize, maxPages));
    int splits = LaunchTable.attentionSplits(maxPages);
    decode
        .begin()
        .putAddress(qkv)
        .putAddress(pages)
        .putAddress(pageTable)
        .putAddress(past)
        .putAddress(partials)
        .putInt(layer)
        .putInt(layers)
        .putInt(heads)
        .putInt(headSize)
        .putInt(maxPages)
        .putInt(splits)
        .putFloat(scale);
    decode.launch(stream, splits, heads, slots, LaunchTable.DECODE_THREADS, 0);
    combine
        .begin()
        .putAddress(partials)
        .putAddress(past)
        .putAddress(out)
        .putInt(heads)
        .putInt(headSize)
        .putInt(splits);
    combine.launch(stream, heads, slots, 1, LaunchTable.combineThreads(headSize), 0);
  }

  private void requireStep(
      DeviceBuffer pageTable, DeviceBuffer past, int slots, int layer, int maxPages) {
    Shapes.requirePositive("slots", slots);
    Shapes.requirePositive("maxPages", maxPages);
    if (layer < 0 || layer >= layers) {
      throw new IllegalArgumentException("layer " + layer + " of " + layers);
    }
    Shapes.require(pageTable, (long) slots * maxPages);
    Shapes.require(past, slots);
  }

  @Override
  public String toString() {
    return "attention, " + type + ", " + heads + " heads of " + headSize;
  }
}
