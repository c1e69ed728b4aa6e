// Layer norm of one row by one warp: y = (x - mean) * scale * gain + bias, scale = 1 / sqrt(variance + epsilon).
//
// Every kernel that normalises comes here, so that a row has the same bytes wherever that happens. The variance is that
// of the deviations, in a second pass (over L1): the difference of two large sums would cancel.
#pragma once

#include "common/cuda.cuh"
#include "common/reduce.cuh"
#include "common/vector.cuh"

struct Moments {
  float mean;
  float scale;

  JGPT_DEVICE float normalize(float x, float gain, float bias) const { return (x - mean) * scale * gain + bias; }
};

// The sum over a row of f(x) by one warp; every lane gets it. The row is not written while the kernel runs.
template <class F>
JGPT_DEVICE float warp_sum_of(const float* row, int channels, F f) {
  float sum = 0.0f;
  if (channels % 4 == 0 && is_aligned16(row)) {
#pragma unroll 8
    for (int c = 4 * lane_id(); c < channels; c += 4 * kWarp) {
      const float4 x = load16_constant<float4>(row + c);
      sum += (f(x.x) + f(x.y)) + (f(x.z) + f(x.w));
    }
  } else {
#pragma unroll 4
    for (int c = lane_id(); c < channels; c += kWarp) {
      sum += f(load_constant(row + c));
    }
  }
  return warp_sum(sum);
}

JGPT_DEVICE Moments warp_moments(const float* row, int channels, float epsilon) {
  const float count = static_cast<float>(channels);
  const float mean = warp_sum_of(row, channels, [](float x) { return x; }) / count;
  const float variance = warp_sum_of(row, channels, [mean](float x) { return (x - mean) * (x - mean); }) / count;
  return {mean, 1.0f / sqrtf(variance + epsilon)};
}
