// A linear layer on many tokens: blocks of 256 threads make tiles of 64 tokens x 64 outputs.
//
//   x [T][K]  64 rows x 32 columns  -> shared, transposed      thread (i, j), i, j < 16, has the 4 x 4 sums of tokens
//   W [N][K]  64 rows x 32 columns  -> shared, transposed      4i.. and outputs 4j..
//
// 64 wide in both directions: T = 1024, C = 768 then makes 192 tiles; 128 would leave most multiprocessors idle. While
// one step of 32 columns is multiplied, the next is on its way. Per column a warp's 16 FMAs meet 3 shared-memory reads.
//
// K may be split over blocks where the tiles alone do not fill a device: the last block of a tile to arrive adds the
// parts in ascending order. So an output's order of summation depends on K and the number of splits alone.
#pragma once

#include "common/counter.cuh"
#include "common/cuda.cuh"
#include "common/epilogue.cuh"
#include "common/norm.cuh"
#include "common/rows.cuh"
#include "common/vector.cuh"

constexpr int kTile = 64;
constexpr int kTileDepth = 32;
constexpr int kTileThreads = 256;

// 64 rows of an operand, transposed: [32][64] floats. The groups of four rows of column k are permuted by k / 4, so that
// neither the writing of a column by lanes of several rows nor the reading of a row has bank conflicts.
struct OperandTile {
  float* at;

  JGPT_DEVICE static int group(int k, int row) { return (row / 4) ^ (k / 4 % 8); }
  JGPT_DEVICE void put(int k, int row, float value) const { at[k * kTile + group(k, row) * 4 + row % 4] = value; }
  // Rows row to row + 3 of column k; row is a multiple of 4.
  JGPT_DEVICE float4 get(int k, int row) const { return load16<float4>(at + k * kTile + group(k, row) * 4); }
};

// Four activations of token t from column k on; zero beyond T and K.
JGPT_DEVICE float4 load_tokens(const GlobalRows& x, int tokens, int t, int k) {
  float v[4] = {};
  if (t < tokens && k < x.k) {
    if (x.whole) {
      x.load<true>(t, k, v);
    } else {
      x.load<false>(t, k, v);
    }
  }
  return make_float4(v[0], v[1], v[2], v[3]);
}

// The tokens' rows as they are.
struct PlainTokens {
  GlobalRows x;
  int tokens;

  JGPT_DEVICE void prepare(int) const {}
  JGPT_DEVICE float4 load(int first, int row, int k) const { return load_tokens(x, tokens, first + row, k); }
};

// The tokens' rows, normalised on the way.
struct NormedTokens {
  GlobalRows x;
  int tokens;
  const float* gain;
  const float* bias;
  float epsilon;
  Moments* moments;  // shared, [64]: of the tile's rows

  JGPT_DEVICE void prepare(int first) const {
    for (int row = warp_id(); row < kTile && first + row < tokens; row += kTileThreads / kWarp) {
      const Moments m = warp_moments(x.x + static_cast<long long>(first + row) * x.k, x.k, epsilon);
      if (lane_id() == 0) {
        moments[row] = m;
      }
    }
    __syncthreads();
  }

  JGPT_DEVICE float4 load(int first, int row, int k) const {
    float4 v = load_tokens(x, tokens, first + row, k);
    if (first + row < tokens) {
      const Moments m = moments[row];
      v.x = normalized(m, v.x, k);
      v.y = normalized(m, v.y, k + 1);
      v.z = normalized(m, v.z, k + 2);
      v.w = normalized(m, v.w, k + 3);
    }
    return v;
  }

  JGPT_DEVICE float normalized(const Moments& m, float value, int k) const {
    return k < x.k ? m.normalize(value, load_constant(gain + k), load_constant(bias + k)) : 0.0f;
  }
};

// Where blocks that share a tile leave their parts and count who has arrived.
struct SplitSpace {
  float* parts;       // [tiles][splits][64 * 64]
  unsigned* arrived;  // [tiles], zero before and after a launch
};

// What a thread brings of one step, on its way from global to shared memory.
template <class W>
struct TileStep {
  static constexpr int kVector = kPerVector<W>;
  static constexpr int kTokenLoads = kTile * kTileDepth / 4 / kTileThreads;
  static constexpr int kWeightLoads = kTile * kTileDepth / kVector / kTileThreads;
  float4 tokens[kTokenLoads];
  uint4 weights[kWeightLoads];

  template <class X>
  JGPT_DEVICE void fetch(const X& x, const Weights<W>& w, int first_token, int first_row, int k) {
    const int thread = static_cast<int>(threadIdx.x);
#pragma unroll
    for (int i = 0; i < kTokenLoads; i++) {
      const int at = thread + i * kTileThreads;
      tokens[i] = x.load(first_token, at / (kTileDepth / 4), k + at % (kTileDepth / 4) * 4);
    }
#pragma unroll
    for (int i = 0; i < kWeightLoads; i++) {
      const int at = thread + i * kTileThreads;
      const int row = first_row + at / (kTileDepth / kVector);
      const int column = k + at % (kTileDepth / kVector) * kVector;
      weights[i] = make_uint4(0, 0, 0, 0);
      if (row < w.rows && column < w.ldw) {
        weights[i] = load16_constant<uint4>(w.at + static_cast<long long>(row) * w.ldw + column);
      }
    }
  }

  JGPT_DEVICE void put(const OperandTile& x, const OperandTile& w) const {
    const int thread = static_cast<int>(threadIdx.x);
#pragma unroll
    for (int i = 0; i < kTokenLoads; i++) {
      const int at = thread + i * kTileThreads;
      const int row = at / (kTileDepth / 4);
      const int k = at % (kTileDepth / 4) * 4;
      x.put(k, row, tokens[i].x);
      x.put(k + 1, row, tokens[i].y);
      x.put(k + 2, row, tokens[i].z);
      x.put(k + 3, row, tokens[i].w);
    }
#pragma unroll
    for (int i = 0; i < kWeightLoads; i++) {
      const int at = thread + i * kTileThreads;
      float values[kVector];
      unpack<W>(weights[i], values);
#pragma unroll
      for (int j = 0; j < kVector; j++) {
        w.put(at % (kTileDepth / kVector) * kVector + j, at / (kTileDepth / kVector), values[j]);
      }
    }
  }
};

JGPT_DEVICE void add_step(const OperandTile& x, const OperandTile& w, int token, int row, float (&sum)[4][4]) {
#pragma unroll 4
  for (int k = 0; k < kTileDepth; k++) {
    const float4 a = x.get(k, token);
    const float4 b = w.get(k, row);
    const float av[4] = {a.x, a.y, a.z, a.w};
    const float bv[4] = {b.x, b.y, b.z, b.w};
#pragma unroll
    for (int i = 0; i < 4; i++) {
#pragma unroll
      for (int j = 0; j < 4; j++) {
        sum[i][j] = fmaf(av[i], bv[j], sum[i][j]);
      }
    }
  }
}

// Leaves this block's part of the tile and takes all of them, in order, if it is the last to arrive: whether it was.
JGPT_DEVICE bool gather_parts(const SplitSpace& space, float4* sums) {
  JGPT_SHARED(int, last, [1]);
  constexpr int kVectors = kTile * kTile / 4;
  const int thread = static_cast<int>(threadIdx.x);
  const int splits = static_cast<int>(gridDim.z);
  const long long tile = static_cast<long long>(blockIdx.y) * gridDim.x + blockIdx.x;
  float4* parts = reinterpret_cast<float4*>(space.parts) + tile * splits * kVectors;
  for (int i = thread; i < kVectors; i += kTileThreads) {
    store16(parts + static_cast<long long>(blockIdx.z) * kVectors + i, sums[i]);
  }
  // Within a block barriers hand on what was written, between the first threads of blocks the fences and the counter.
  __syncthreads();
  if (thread == 0) {
    counter_rests(space.arrived + tile, 0);
    __threadfence();
    last[0] = atomicAdd(space.arrived + tile, 1u) == static_cast<unsigned>(splits) - 1;
    __threadfence();
  }
  __syncthreads();
  if (!last[0]) {
    return false;
  }
  if (thread == 0) {
    space.arrived[tile] = 0;
  }
  for (int i = thread; i < kVectors; i += kTileThreads) {
    float4 sum = load16<float4>(parts + i);
    for (int split = 1; split < splits; split++) {
      const float4 part = load16<float4>(parts + static_cast<long long>(split) * kVectors + i);
      sum.x += part.x;
      sum.y += part.y;
      sum.z += part.z;
      sum.w += part.w;
    }
    sums[i] = sum;
  }
  __syncthreads();
  return true;
}

// The tile of this block: grid (ceil(T / 64), ceil(N / 64), splits), 256 threads.
template <class W, class X>
JGPT_DEVICE void linear_tile(const X& x, const Weights<W>& weights, const SplitSpace& space, const Epilogue& epilogue) {
  JGPT_SHARED(float, operands, [2][kTileDepth * kTile]);
  const OperandTile x_tile{operands[0]};
  const OperandTile w_tile{operands[1]};
  const int first_token = static_cast<int>(blockIdx.x) * kTile;
  const int first_row = static_cast<int>(blockIdx.y) * kTile;
  const int token = static_cast<int>(threadIdx.x) / 16 * 4;
  const int row = static_cast<int>(threadIdx.x) % 16 * 4;
  const int depth = ceil_div(ceil_div(x.x.k, kTileDepth), static_cast<int>(gridDim.z)) * kTileDepth;
  const int begin = static_cast<int>(blockIdx.z) * depth;
  const int end = begin + depth < x.x.k ? begin + depth : x.x.k;

  x.prepare(first_token);
  float sum[4][4] = {};
  TileStep<W> step;
  step.fetch(x, weights, first_token, first_row, begin);
  for (int k = begin; k < end; k += kTileDepth) {
    step.put(x_tile, w_tile);
    __syncthreads();
    if (k + kTileDepth < end) {
      step.fetch(x, weights, first_token, first_row, k + kTileDepth);
    }
    add_step(x_tile, w_tile, token, row, sum);
    __syncthreads();
  }

  // Through shared memory, [64][64]: a warp then stores whole lines of `out`, and the epilogue stands here once.
  float* sums = operands[0];
#pragma unroll
  for (int i = 0; i < 4; i++) {
    store16(sums + (token + i) * kTile + row, make_float4(sum[i][0], sum[i][1], sum[i][2], sum[i][3]));
  }
  __syncthreads();
  if (gridDim.z > 1 && !gather_parts(space, reinterpret_cast<float4*>(sums))) {
    return;
  }
#pragma unroll 1
  for (int i = static_cast<int>(threadIdx.x); i < kTile * kTile; i += kTileThreads) {
    const int t = first_token + i / kTile;
    const int n = first_row + i % kTile;
    if (t < x.tokens && n < epilogue.columns) {
      epilogue.store(t, n, sums[i]);
    }
  }
}
