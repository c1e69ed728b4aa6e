// Layer norm of rows, all of them or those that an index picks (the rows whose logits are wanted).
#include "common/cuda.cuh"
#include "common/norm.cuh"
#include "common/vector.cuh"

// @kernel  layer_norm
// @does    out[t] = norm(x[picked ? picked[t] : t]) * gain + bias
// @shapes  x [rows of picked, or T][C], gain [C], bias [C], out [T][C]: f32, out not x; picked [T]: int, or null
// @grid    ceil(T / 4)
// @block   128: a warp per row
// @shared  none
// @bytes   4 * (2 * T * C + 2 * C)
// @flops   8 * T * C
// @bound   memory; for few rows, latency: two passes over a row in L1 before the first store
extern "C" __global__ void __launch_bounds__(128)
    layer_norm(const float* x, const float* gain, const float* bias, const int* picked, float* out, int rows,
               int channels, float epsilon) {
  const int t = static_cast<int>(blockIdx.x) * 4 + warp_id();
  if (t >= rows) {
    return;
  }
  const float* from = x + static_cast<long long>(picked == nullptr ? t : picked[t]) * channels;
  float* to = out + static_cast<long long>(t) * channels;
  const Moments moments = warp_moments(from, channels, epsilon);
  if (channels % 4 == 0 && is_aligned16(from) && is_aligned16(to) && is_aligned16(gain) && is_aligned16(bias)) {
#pragma unroll 4
    for (int c = 4 * lane_id(); c < channels; c += 4 * kWarp) {
      const float4 v = load16_constant<float4>(from + c);
      const float4 g = load16_constant<float4>(gain + c);
      const float4 b = load16_constant<float4>(bias + c);
      store16(to + c, make_float4(moments.normalize(v.x, g.x, b.x), moments.normalize(v.y, g.y, b.y),
                                  moments.normalize(v.z, g.z, b.z), moments.normalize(v.w, g.w, b.w)));
    }
  } else {
    for (int c = lane_id(); c < channels; c += kWarp) {
      to[c] = moments.normalize(load_constant(from + c), load_constant(gain + c), load_constant(bias + c));
    }
  }
}
JGPT_KERNEL(layer_norm)
