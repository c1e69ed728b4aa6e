// Attention of any number of tokens per sequence to their sequence's keys: prompts, and steps in which some sequences
// decode while others are still at their prompt.
#include "common/cuda.cuh"
#include "common/kv_pages.cuh"
#include "common/reduce.cuh"
#include "common/types.cuh"
#include "common/vector.cuh"

// A block takes 32 queries of a head, a warp 8 of them, and goes through the keys in tiles of 32, a page each. Elements
// of a head come in chunks of 64, so that shared memory holds a chunk of the keys or values for any head size without
// an opt-in; a block sums the values of one chunk. Beyond HS = 64, which no GPT-2 has, that repeats the scores: sums of
// several chunks in one block spill. 8 rows per warp: a key read from shared memory then serves 8 scores.
constexpr int kThreads = 128;
constexpr int kWarps = kThreads / kWarp;
constexpr int kWarpRows = 8;
constexpr int kRows = kWarps * kWarpRows;
constexpr int kKeys = kPageTokens;
constexpr int kChunk = 64;
constexpr int kPairs = kChunk / kWarp;   // elements of a chunk that a lane sums
constexpr int kTileStride = kChunk + 4;  // 8 lanes reading 16 bytes of 8 keys touch all 32 banks once

// The block's part of shared memory; sizes in floats.
struct Shared {
  float* queries;  // [kRows][query_stride], zero beyond HS
  float* tile;     // [kKeys][kTileStride], keys and values in turn
  float* weights;  // [kRows][kKeys], exp(score - largest)
  int query_stride;

  JGPT_DEVICE Shared(float* from, int chunks)
      : queries(from),
        tile(from + kRows * chunks * kChunk),
        weights(tile + kKeys * kTileStride),
        query_stride(chunks * kChunk) {}
};

// The keys that the block's rows may see: [0, past) in pages, [past, end) in this step's rows.
struct Span {
  int past;
  int end;
};

// Loads elements [chunk * 64, + 64) of the 32 keys or values from `first` on, kN at a time; zero where there is nothing,
// so that what is not there has no NaN to multiply by a weight of zero.
template <int kN, class W>
JGPT_DEVICE void load_pieces(const HeadCache<W>& cache, Span span, KeyOrValue which, int first, int chunk, float* tile) {
  constexpr int kPieces = kChunk / kN;
  const W* page = first < span.past ? cache.page(cache.page_table[first / kPageTokens], which) : nullptr;
#pragma unroll 2
  for (int i = static_cast<int>(threadIdx.x); i < kKeys * kPieces; i += kThreads) {
    const int key = i / kPieces;
    const int in_chunk = i % kPieces * kN;
    const int element = chunk * kChunk + in_chunk;
    float values[kN] = {};
    if (element < cache.head_size && first + key < span.end) {
      if (first + key < span.past) {
        Piece<W, kN> piece;
        piece.load(page + key * cache.head_size + element);
        piece.widen(values);
      } else {
        load_rounded<W, kN>(cache.fresh(first + key - span.past, which) + element, values);
      }
    }
#pragma unroll
    for (int j = 0; j < kN; j++) {
      tile[key * kTileStride + in_chunk + j] = values[j];
    }
  }
}

// Between barriers: who still reads the tile is waited for, and all of it is there afterwards.
template <class W>
JGPT_DEVICE void load_tile(const HeadCache<W>& cache, Span span, KeyOrValue which, int first, int chunk, float* tile) {
  __syncthreads();
  if (cache.head_size % kPerVector<W> == 0) {
    load_pieces<kPerVector<W>>(cache, span, which, first, chunk, tile);
  } else {
    load_pieces<1>(cache, span, which, first, chunk, tile);
  }
  __syncthreads();
}

// scores[r] += query r of this warp times the key of this lane, over a chunk.
JGPT_DEVICE void add_scores(const Shared& shared, int chunk, int head_size, float (&scores)[kWarpRows]) {
  const float* queries = shared.queries + warp_id() * kWarpRows * shared.query_stride + chunk * kChunk;
  const float* key = shared.tile + lane_id() * kTileStride;
  const int end = min(kChunk, head_size - chunk * kChunk);
#pragma unroll 2
  for (int i = 0; i < end; i += 4) {
    const float4 k = load16<float4>(key + i);
#pragma unroll
    for (int r = 0; r < kWarpRows; r++) {
      const float4 q = load16<float4>(queries + r * shared.query_stride + i);
      scores[r] = fmaf(q.w, k.w, fmaf(q.z, k.z, fmaf(q.y, k.y, fmaf(q.x, k.x, scores[r]))));
    }
  }
}

// sums[r][e] += weight of key * its value, over the 32 keys; e is element lane + 32 e of the chunk.
JGPT_DEVICE void add_values(const Shared& shared, float (&sums)[kWarpRows][kPairs]) {
  const float* weights = shared.weights + warp_id() * kWarpRows * kKeys;
  const float* values = shared.tile + lane_id();
#pragma unroll 2
  for (int key = 0; key < kKeys; key += 4) {
    float v[4][kPairs];
#pragma unroll
    for (int k = 0; k < 4; k++) {
#pragma unroll
      for (int e = 0; e < kPairs; e++) {
        v[k][e] = values[(key + k) * kTileStride + e * kWarp];
      }
    }
#pragma unroll
    for (int r = 0; r < kWarpRows; r++) {
      const float4 p = load16<float4>(weights + r * kKeys + key);
#pragma unroll
      for (int e = 0; e < kPairs; e++) {
        sums[r][e] = fmaf(p.w, v[3][e], fmaf(p.z, v[2][e], fmaf(p.y, v[1][e], fmaf(p.x, v[0][e], sums[r][e]))));
      }
    }
  }
}

// Online softmax of this warp's rows (Milakov and Gimelshein 2018): the largest score so far, and the sum of
// exp(score - largest), each lane's over its own keys.
struct Softmax {
  float largest[kWarpRows];
  float sum[kWarpRows];

  JGPT_DEVICE Softmax() {
#pragma unroll
    for (int r = 0; r < kWarpRows; r++) {
      largest[r] = -INFINITY;
      sum[r] = 0.0f;
    }
  }

  // Takes in the scores of a tile: leaves its weights in `weights`, and `sums` of earlier tiles relative to what is now
  // the largest. The first tile has a key that every row sees, so that `largest` is finite from there on. A tile that a
  // row does not see changes nothing, not a bit.
  JGPT_DEVICE void add(const float (&scores)[kWarpRows], float scale, int first_row_after_key, float* weights,
                       float (&sums)[kWarpRows][kPairs]) {
#pragma unroll
    for (int r = 0; r < kWarpRows; r++) {
      const float score = first_row_after_key + r >= 0 ? scores[r] * scale : -INFINITY;
      const float now = fmaxf(largest[r], warp_max(score));
      const float weight = expf(score - now);
      const float shrink = expf(largest[r] - now);
      sum[r] = sum[r] * shrink + weight;
      largest[r] = now;
      weights[r * kKeys + lane_id()] = weight;
#pragma unroll
      for (int e = 0; e < kPairs; e++) {
        sums[r][e] *= shrink;
      }
    }
  }
};

// out [rows][C] of the rows from `first_row` on, elements [64 * chunk, + 64) of the head.
template <class W>
JGPT_DEVICE void attend(const HeadCache<W>& cache, Span span, int first_row, int rows, int chunk, float scale,
                        float* out) {
  const int chunks = ceil_div(cache.head_size, kChunk);
  const Shared shared(dynamic_shared<float>(), chunks);
  const int warp_row = warp_id() * kWarpRows;
  for (int r = warp_row; r < warp_row + kWarpRows; r++) {
    for (int i = lane_id(); i < shared.query_stride; i += kWarp) {
      const bool inside = first_row + r < rows && i < cache.head_size;
      shared.queries[r * shared.query_stride + i] = inside ? cache.query(first_row + r, i) : 0.0f;
    }
  }
  const int first_position = span.past + first_row + warp_row;
  Softmax softmax;
  float sums[kWarpRows][kPairs] = {};
  for (int first = 0; first < span.end; first += kKeys) {
    float scores[kWarpRows] = {};
    for (int c = 0; c < chunks; c++) {
      load_tile(cache, span, kKey, first, c, shared.tile);
      add_scores(shared, c, cache.head_size, scores);
    }
    softmax.add(scores, scale, first_position - (first + lane_id()), shared.weights + warp_row * kKeys, sums);
    load_tile(cache, span, kValue, first, chunk, shared.tile);
    add_values(shared, sums);
  }
#pragma unroll
  for (int r = 0; r < kWarpRows; r++) {
    const float total = warp_sum(softmax.sum[r]);
    const int row = first_row + warp_row + r;
#pragma unroll
    for (int e = 0; e < kPairs; e++) {
      const int element = chunk * kChunk + e * kWarp + lane_id();
      if (row < rows && element < cache.head_size) {
        out[row * cache.channels() + cache.head * cache.head_size + element] = sums[r][e] / total;
      }
    }
  }
}

template <class W>
JGPT_DEVICE void attention_prefill(HeadCache<W> cache, const int* row_start, int past, float* out, float scale) {
  const int start = row_start[blockIdx.z];
  const int rows = row_start[blockIdx.z + 1] - start;
  const int chunks = ceil_div(cache.head_size, kChunk);
  const int chunk = static_cast<int>(blockIdx.x) % chunks;
  // Later rows see more keys: they go first, so that no long block is left when the others are done.
  const int first_row = static_cast<int>((gridDim.x - 1 - blockIdx.x) / chunks) * kRows;
  if (first_row >= rows) {
    return;
  }
  cache.qkv += start * 3 * cache.channels();
  const int end_row = min(first_row + kRows, rows);
  for (int row = first_row + warp_id(); chunk == 0 && row < end_row; row += kWarps) {
    cache.append(row, past + row, lane_id(), kWarp);
  }
  attend(cache, Span{past, past + end_row}, first_row, rows, chunk, scale, out + start * cache.channels());
}

// @kernel  attention_prefill_{f32,bf16,f16}
// @does    out[t] = softmax(scale * q[t] K') V over the keys up to t's own, for every head; k and v of the step go into
//          the pages. A row's bytes do not depend on how its prompt is cut into steps, on the other sequences or on
//          where the pages lie
// @shapes  qkv [T][3C]: f32, C = NH * HS; pages [P][L][2][NH][32][HS]: W; page_table [B][max_pages], row_start [B + 1],
//          past [B]: int; out [T][C]: f32; 1 <= HS <= 256; qkv and pages 16-byte aligned
// @grid    ceil(most rows of a sequence / 32) * ceil(HS / 64), NH, B
// @block   128: a warp per 8 rows
// @shared  4 * (2048 * ceil(HS / 64) + 3200) dynamic: 21 KiB at HS = 64, 44.5 KiB at 256
// @bytes   per sequence of T rows after past: 4 * 4 * T * C + 2 * (T + past) * C * sizeof(W) + what blocks read again:
//          2 * (T / 32) * (past + T / 2) * C * sizeof(W) from L2
// @flops   per sequence: 4 * C * T * (past + (T + 1) / 2)
// @bound   float32 FMAs and shared memory, 12 cycles of it to 8 of FMA per 8 scores: at most 60% of the FMA roof
#define ATTENTION_PREFILL(suffix, W)                                                                                  \
  extern "C" __global__ void __launch_bounds__(kThreads, 3)                                                           \
      attention_prefill_##suffix(const float* qkv, W* pages, const int* page_table, const int* row_start,             \
                                 const int* past, float* out, int layer, int layers, int heads, int head_size,        \
                                 int max_pages, float scale) {                                                        \
    const int* pages_of_slot = page_table + static_cast<long long>(blockIdx.z) * max_pages;                           \
    const HeadCache<W> cache{pages, pages_of_slot, qkv, layer, layers, heads, static_cast<int>(blockIdx.y),           \
                             head_size};                                                                              \
    attention_prefill(cache, row_start, past[blockIdx.z], out, scale);                                                \
  }                                                                                                                   \
  JGPT_KERNEL(attention_prefill_##suffix)

ATTENTION_PREFILL(f32, float)
ATTENTION_PREFILL(bf16, bf16)
ATTENTION_PREFILL(f16, f16)
