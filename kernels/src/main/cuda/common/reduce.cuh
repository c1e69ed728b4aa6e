// Reductions over a warp and over a block, in an order that depends on nothing but their size: the same bytes each time.
#pragma once

#include "common/cuda.cuh"

struct Sum {
  template <class T>
  JGPT_DEVICE T operator()(T a, T b) const {
    return a + b;
  }
};

struct Max {
  template <class T>
  JGPT_DEVICE T operator()(T a, T b) const {
    return a > b ? a : b;
  }
};

// Over the 32 lanes; every lane gets the result. T is a type that shuffles know; `combine` is commutative, which makes
// the result the same in every lane.
template <class T, class Combine>
JGPT_DEVICE T warp_reduce(T x, Combine combine) {
#pragma unroll
  for (int offset = kWarp / 2; offset > 0; offset /= 2) {
    x = combine(x, __shfl_xor_sync(kFullMask, x, offset));
  }
  return x;
}

template <class T>
JGPT_DEVICE T warp_sum(T x) {
  return warp_reduce(x, Sum{});
}

template <class T>
JGPT_DEVICE T warp_max(T x) {
  return warp_reduce(x, Max{});
}

// N sums over the warp at the price of about one: N a power of two up to 32. Each step halves how many values a lane
// carries: it keeps one half, hands the other to its partner and adds what it is handed. Lane l returns the sum of
// values[l * N / 32]: the same bytes as warp_sum, whatever N.
template <int N, int kOffset = kWarp / 2>
JGPT_DEVICE float warp_sums(const float (&values)[N]) {
  static_assert(N >= 1 && N <= 2 * kOffset && (N & (N - 1)) == 0);
  if constexpr (N == 1) {
    float x = values[0];
#pragma unroll
    for (int offset = kOffset; offset > 0; offset /= 2) {
      x += __shfl_xor_sync(kFullMask, x, offset);
    }
    return x;
  } else {
    const bool upper = (lane_id() & kOffset) != 0;
    float half[N / 2];
#pragma unroll
    for (int i = 0; i < N / 2; i++) {
      const float kept = upper ? values[i + N / 2] : values[i];
      const float given = upper ? values[i] : values[i + N / 2];
      half[i] = kept + __shfl_xor_sync(kFullMask, given, kOffset);
    }
    if constexpr (N == 2 * kOffset && kOffset == 1) {
      return half[0];
    } else {
      return warp_sums<N / 2, kOffset / 2>(half);
    }
  }
}

// Over a block of kWarps whole warps; every thread gets the result. `scratch` is shared and may be used again at once.
template <int kWarps, class T, class Combine>
JGPT_DEVICE T block_reduce(T x, T (&scratch)[kWarps], Combine combine) {
  x = warp_reduce(x, combine);
  if (lane_id() == 0) {
    scratch[warp_id()] = x;
  }
  __syncthreads();
  x = scratch[0];
#pragma unroll
  for (int warp = 1; warp < kWarps; warp++) {
    x = combine(x, scratch[warp]);
  }
  __syncthreads();
  return x;
}
