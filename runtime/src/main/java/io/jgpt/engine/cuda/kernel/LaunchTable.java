package io.jgpt.engine.cuda.kernel;

/**
 * Every grid, block and split, with its reason; the numbers of a kernel's own are in its source.
 * What an order of summation depends on (splits, the choice between kernels) follows from shapes
 * alone; grids may follow the device's size.
 */
final class LaunchTable {

  static final int EMBED_THREADS = 128; // 768 bf16 channels are 96 loads of 16 bytes
  static final int NORM_THREADS = 128; // a warp per row, 4 rows: one row is too few for a block
  static final int NORM_ROWS = NORM_THREADS / 32;
  static final int PACK_THREADS = 256;
  static final int PACK_TILE = 32; // of shared memory that a transposed block goes through
  private static final int GRID_Y = 65535; // the most that CUDA allows

  // --- linear layers on few tokens: rows.cuh ---

  static final int ROW_THREADS = 256;
  private static final int ROW_WARPS = ROW_THREADS / 32;
  private static final int ROWS_OF_ONE = 2; // rows.cuh says why
  private static final int ROWS_OF_MANY = 4;

  /** Weights are read once per 8 tokens: beyond that a tile that shares them is cheaper. */
  static final int FEW_TOKENS = 8;

  /** What an H200 holds at 24 warps per SM is 3168: about as many keep all its SMs loading. */
  private static final int WARPS_WANTED = 2048;

  /** Loads that a lane should still have after a split: fewer would leave nothing in flight. */
  private static final int LOADS_PER_LANE = 2;

  /** Blocks of 256 threads that an SM holds, as the kernels' launch bounds promise. */
  private static final int RESIDENT_OF_ONE = 3;

  private static final int RESIDENT_OF_MANY = 2;

  /** Shared memory without opting in, less what the kernels declare. */
  private static final int ROW_SHARED = 45 * 1024;

  // --- linear layers on many tokens: tile.cuh ---

  static final int TILE = 64;
  static final int TILE_THREADS = 256;

  /** Blocks for about two on each of an H200's 132 SMs. */
  private static final int TILES_WANTED = 256;

  /** Of K per block: less, and adding the parts costs as much as making them. */
  private static final int LEAST_DEPTH = 256;

  /** Tiles with their parts that a split launch has at most: fewer than wanted, then doubled. */
  static final int MOST_PARTS = 2 * TILES_WANTED;

  // --- attention ---

  static final int PAGE_TOKENS = 32; // of keys: a tile of a prefill, a step of a decoding block
  static final int PREFILL_THREADS = 128; // 4 warps of 8 rows: their sums fit the registers
  static final int PREFILL_ROWS = 32;
  private static final int PREFILL_CHUNK = 64; // of a head that shared memory holds at once
  static final int DECODE_THREADS =
      256; // at HS = 64 in 16 bits a page at a time, a split in flight

  /** Keys of a split: part of what a token's bytes are, so not to be tuned by the device. */
  private static final int SPLIT_KEYS = 256;

  // --- sampling ---

  static final int SAMPLE_THREADS = 512; // 1024 would have too few registers
  static final int APPEND_THREADS = 256;

  private final int multiprocessors;

  /**
   * @param multiprocessors SMs of the device
   */
  LaunchTable(int multiprocessors) {
    this.multiprocessors = multiprocessors;
  }

  static int ceilDiv(int count, int size) {
    return Math.ceilDiv(count, size);
  }

  /** At most {@value #GRID_Y} blocks in the grid's second direction; they take turns. */
  static int gridY(int blocks) {
    return Math.min(blocks, GRID_Y);
  }

  /**
   * Warps that share a row: as many as make {@value #WARPS_WANTED} warps of few rows, as long as
   * each lane keeps its loads. The same for one token and for several, so that a token's bytes do
   * not depend on its batch.
   */
  static int rowSplit(int n, int k, WeightType type) {
    int warps = ceilDiv(n, ROWS_OF_ONE);
    int loads = ceilDiv(k, 16 / type.bytes());
    int split = 1;
    while (split < ROW_WARPS
        && warps * split < WARPS_WANTED
        && loads >= 32 * LOADS_PER_LANE * split) {
      split *= 2;
    }
    return split;
  }

  /** As many blocks as there is work for, but no more than the device holds: they take turns. */
  int rowBlocks(int tokens, int n, int split) {
    int rows = (tokens == 1 ? ROWS_OF_ONE : ROWS_OF_MANY) * ROW_WARPS / split;
    int resident = tokens == 1 ? RESIDENT_OF_ONE : RESIDENT_OF_MANY;
    return Math.min(ceilDiv(n, rows), multiprocessors * resident);
  }

  /** Dynamic shared bytes in which a block keeps its normalised tokens. */
  static long normedBytes(int tokens, int channels) {
    return 4L * tokens * ceilDiv(channels, 8) * 8;
  }

  /** Whether the first half of an FFN goes row by row: few tokens that fit in shared memory. */
  static boolean normedFew(int tokens, int channels) {
    return tokens <= FEW_TOKENS && normedBytes(tokens, channels) <= ROW_SHARED;
  }

  /** Blocks that share a tile. */
  static int tileSplits(int tokens, int n, int k) {
    long tiles = (long) ceilDiv(tokens, TILE) * ceilDiv(n, TILE);
    int splits = 1;
    while (tiles * splits < TILES_WANTED && k / (2 * splits) >= LEAST_DEPTH) {
      splits *= 2;
    }
    return splits;
  }

  /** Splits of the keys that fit into so many pages. */
  static int attentionSplits(int maxPages) {
    return ceilDiv(maxPages, SPLIT_KEYS / PAGE_TOKENS);
  }

  /** Chunks of a head: each is a block's of its own. */
  static int attentionChunks(int headSize) {
    return ceilDiv(headSize, PREFILL_CHUNK);
  }

  /** Dynamic shared bytes: queries, a padded tile of keys or values, and weights. */
  static int prefillShared(int headSize) {
    int queries = PREFILL_ROWS * PREFILL_CHUNK * attentionChunks(headSize);
    return 4 * (queries + PAGE_TOKENS * (PREFILL_CHUNK + 4) + PREFILL_ROWS * PAGE_TOKENS);
  }

  /** A thread per element, in whole warps. */
  static int combineThreads(int headSize) {
    return ceilDiv(headSize, 32) * 32;
  }

  /** Dynamic shared bytes: a bit per token. */
  static int sampleShared(int vocabSize) {
    return 4 * ceilDiv(vocabSize, 32);
  }
}
