// A linear layer on few tokens: every weight is read once and meets all tokens. Bound by the weights' bytes.
//
//        K ->  | part 0 | part 1 | part 0 | part 1 |     split = 2: two warps share a group of rows; a part is what
//   row n      |################################# |     32 lanes read at once, 16 bytes each
//   row n + 1  |################################# |     group: kRows rows, so that a token's values, once loaded, serve
//                                                        kRows rows
//
// A lane keeps 2 * kDepth * kRows loads in flight: it asks for the next kDepth chunks, of the next group too, before it
// uses the present ones. An output is summed over its chunks in ascending order within a lane, over the lanes as in
// warp_sum, then over the parts in ascending order: an order that depends on K, W and `split`, but neither on the grid
// nor on the other tokens.
#pragma once

#include "common/cuda.cuh"
#include "common/epilogue.cuh"
#include "common/reduce.cuh"
#include "common/vector.cuh"

constexpr int kRowThreads = 256;
constexpr int kRowWarps = kRowThreads / kWarp;

// Two rows per group for one token: its values cost half the loads, and N = 768 still makes enough warps. Four for up to
// eight: shared by fewer rows, the tokens' values would load L1 more than the weights do.
constexpr int kRowsOfOne = 2;
constexpr int kRowsOfMany = 4;
constexpr int kManyTokens = 8;
constexpr int kDepthOfOne = 2;
constexpr int kDepthOfMany = 1;

// The tokens' rows where an earlier launch left them, [T][K].
struct GlobalRows {
  static constexpr bool kAlwaysWhole = false;
  const float* x;
  int k;
  bool whole;  // K is a multiple of the vector of weights, and every row is aligned

  // Elements [at, at + N) of token t, zero beyond K.
  template <bool kWhole, int N>
  JGPT_DEVICE void load(int t, int at, float (&to)[N]) const {
    const float* from = x + static_cast<long long>(t) * k + at;
    if constexpr (kWhole) {
#pragma unroll
      for (int i = 0; i < N; i += 4) {
        const float4 v = load16_constant<float4>(from + i);
        to[i] = v.x, to[i + 1] = v.y, to[i + 2] = v.z, to[i + 3] = v.w;
      }
    } else {
#pragma unroll
      for (int i = 0; i < N; i++) {
        to[i] = at + i < k ? load_constant(from + i) : 0.0f;
      }
    }
  }
};

template <class W>
JGPT_DEVICE GlobalRows global_rows(const float* x, int k) {
  return {x, k, k % kPerVector<W> == 0 && is_aligned16(x)};
}

// The tokens' rows in shared memory, [T][stride], stride a multiple of 8, zero beyond K.
struct SharedRows {
  static constexpr bool kAlwaysWhole = true;
  static constexpr bool whole = true;
  const float* x;
  int stride;

  template <bool kWhole, int N>
  JGPT_DEVICE void load(int t, int at, float (&to)[N]) const {
    static_assert(kWhole);
#pragma unroll
    for (int i = 0; i < N; i += 4) {
      const float4 v = load16<float4>(x + t * stride + at + i);
      to[i] = v.x, to[i + 1] = v.y, to[i + 2] = v.z, to[i + 3] = v.w;
    }
  }
};

// A matrix [N][ldw], ldw a multiple of 8, each row zero beyond K.
template <class W>
struct Weights {
  const W* at;
  int rows;
  int ldw;
};

// The chunks of a group of rows, asked for ahead of their use.
template <class W, int kRows, int kDepth>
struct WeightStream {
  Weights<W> weights;
  int chunks;  // of a row
  int step;    // from one chunk of this lane to the next
  uint4 next[kDepth][kRows];

  JGPT_DEVICE void fetch(int row, int chunk) {
#pragma unroll
    for (int d = 0; d < kDepth; d++) {
#pragma unroll
      for (int r = 0; r < kRows; r++) {
        const bool inside = row + r < weights.rows && chunk + d * step < chunks;
        next[d][r] = make_uint4(0, 0, 0, 0);
        if (inside) {
          next[d][r] = load16_stream(weights.at + static_cast<long long>(row + r) * weights.ldw +
                                     (chunk + d * step) * kPerVector<W>);
        }
      }
    }
  }
};

// Which rows and chunks are this warp's, and the rows that the block does before its next step.
template <class W, int kRows>
struct RowShare {
  int group;   // of the block's groups
  int part;
  int split;   // 1, 2, 4 or 8: warps that share a row

  JGPT_DEVICE explicit RowShare(int split) : group(warp_id() / split), part(warp_id() % split), split(split) {}

  JGPT_DEVICE int block_rows() const { return kRowWarps / split * kRows; }
  JGPT_DEVICE int first_chunk() const { return part * kWarp + lane_id(); }
  JGPT_DEVICE int first_row() const { return static_cast<int>(blockIdx.x) * block_rows() + group * kRows; }
};

// What linear_rows needs first; asked for on its own, weights are under way while the tokens' rows are prepared.
template <class W, int kRows, int kDepth>
JGPT_DEVICE WeightStream<W, kRows, kDepth> open_stream(Weights<W> weights, int k, const RowShare<W, kRows>& share) {
  WeightStream<W, kRows, kDepth> stream;
  stream.weights = weights;
  stream.chunks = ceil_div(k, kPerVector<W>);
  stream.step = share.split * kWarp;
  stream.fetch(share.first_row(), share.first_chunk());
  return stream;
}

// sum[t * kRows + r] += the products of `weights` with what token t has at `chunk` and the kDepth - 1 after it.
template <class W, bool kWhole, int kRows, int kTokens, int kDepth, class X>
JGPT_DEVICE void add_products(const uint4 (&weights)[kDepth][kRows], const X& x, int tokens, int chunk, int step,
                              int chunks, float (&sum)[kRows * kTokens]) {
  constexpr int kVector = kPerVector<W>;
#pragma unroll
  for (int d = 0; d < kDepth; d++) {
    if (chunk + d * step < chunks) {
      float w[kRows][kVector];
#pragma unroll
      for (int r = 0; r < kRows; r++) {
        unpack<W>(weights[d][r], w[r]);
      }
#pragma unroll
      for (int t = 0; t < kTokens; t++) {
        if (t < tokens) {
          float values[kVector];
          x.template load<kWhole>(t, (chunk + d * step) * kVector, values);
#pragma unroll
          for (int r = 0; r < kRows; r++) {
#pragma unroll
            for (int i = 0; i < kVector; i++) {
              sum[t * kRows + r] = fmaf(w[r][i], values[i], sum[t * kRows + r]);
            }
          }
        }
      }
    }
  }
}

// From the lanes' sums to outputs. `odd` alternates from call to call, so that one barrier is enough: who is late reads
// the other half of the shared sums.
template <class W, int kRows, int kTokens>
JGPT_DEVICE void finish_rows(const float (&sum)[kRows * kTokens], const RowShare<W, kRows>& share, int block_row,
                             int tokens, bool odd, const Epilogue& epilogue) {
  constexpr int kSums = kRows * kTokens;
  constexpr int kLanes = kWarp / kSums;  // of which the first has the sum
  JGPT_SHARED(float, partial, [2][kRowWarps][kSums]);
  float total = warp_sums(sum);
  int group = share.group;
  int index = lane_id() / kLanes;
  bool mine = lane_id() % kLanes == 0;
  if (share.split > 1) {
    if (mine) {
      partial[odd][warp_id()][index] = total;
    }
    __syncthreads();
    group = static_cast<int>(threadIdx.x) / kSums;
    index = static_cast<int>(threadIdx.x) % kSums;
    mine = group < kRowWarps / share.split;
    if (mine) {
      total = partial[odd][group * share.split][index];
      for (int part = 1; part < share.split; part++) {
        total += partial[odd][group * share.split + part][index];
      }
    }
  }
  const int n = block_row + group * kRows + index % kRows;
  const int t = index / kRows;
  if (mine && n < epilogue.columns && t < tokens) {
    epilogue.store(t, n, total);
  }
}

// The whole layer, for as many rows as the grid leaves to this block. Every thread of the block calls it.
template <class W, int kRows, int kTokens, int kDepth, class X>
JGPT_DEVICE void linear_rows(WeightStream<W, kRows, kDepth>& stream, const X& x, const RowShare<W, kRows>& share,
                             int tokens, const Epilogue& epilogue) {
  const int rows_per_step = static_cast<int>(gridDim.x) * share.block_rows();
  bool odd = false;
  for (int row = static_cast<int>(blockIdx.x) * share.block_rows(); row < stream.weights.rows; row += rows_per_step) {
    const int mine = row + share.group * kRows;
    float sum[kRows * kTokens] = {};
    for (int base = 0; base < stream.chunks; base += kDepth * stream.step) {
      uint4 now[kDepth][kRows];
#pragma unroll
      for (int d = 0; d < kDepth; d++) {
#pragma unroll
        for (int r = 0; r < kRows; r++) {
          now[d][r] = stream.next[d][r];
        }
      }
      const int after = base + kDepth * stream.step;
      if (after < stream.chunks) {
        stream.fetch(mine, after + share.first_chunk());
      } else {
        stream.fetch(mine + rows_per_step, share.first_chunk());
      }
      const int chunk = base + share.first_chunk();
      if (x.whole) {
        add_products<W, true, kRows, kTokens>(now, x, tokens, chunk, stream.step, stream.chunks, sum);
      } else if constexpr (!X::kAlwaysWhole) {
        add_products<W, false, kRows, kTokens>(now, x, tokens, chunk, stream.step, stream.chunks, sum);
      }
    }
    finish_rows<W, kRows, kTokens>(sum, share, row, tokens, odd, epilogue);
    odd = !odd;
  }
}

// The layer on tokens in global memory.
template <class W, int kRows, int kTokens, int kDepth>
JGPT_DEVICE void linear_few(const float* x, Weights<W> weights, int k, int tokens, int split,
                            const Epilogue& epilogue) {
  const RowShare<W, kRows> share(split);
  auto stream = open_stream<W, kRows, kDepth>(weights, k, share);
  linear_rows<W, kRows, kTokens, kDepth>(stream, global_rows<W>(x, k), share, tokens, epilogue);
}
