// The feed-forward half of a layer in two launches: LN + FC + bias + activation, then down + bias + residual.
#include "common/cuda.cuh"
#include "common/norm.cuh"
#include "common/rows.cuh"
#include "common/tile.cuh"
#include "common/types.cuh"

// Up to eight tokens: every block normalises them into its shared memory while its first weights are under way. That
// costs T * C * 4 bytes from L2 per block and saves a launch and the wait for it.
template <class W, int kRows, int kTokens, int kDepth>
JGPT_DEVICE void ffn_up_few(const float* x, const float* gain, const float* norm_bias, Weights<W> weights, int tokens,
                            int channels, float epsilon, int split, const Epilogue& epilogue) {
  const RowShare<W, kRows> share(split);
  auto stream = open_stream<W, kRows, kDepth>(weights, channels, share);
  float* rows = dynamic_shared<float>();
  JGPT_SHARED(Moments, moments, [kTokens]);
  if (warp_id() < tokens) {
    const Moments m = warp_moments(x + static_cast<long long>(warp_id()) * channels, channels, epsilon);
    if (lane_id() == 0) {
      moments[warp_id()] = m;
    }
  }
  __syncthreads();
  const int stride = ceil_div(channels, 8) * 8;
  for (int c = static_cast<int>(threadIdx.x); c < stride; c += kRowThreads) {
    const float g = c < channels ? load_constant(gain + c) : 0.0f;
    const float b = c < channels ? load_constant(norm_bias + c) : 0.0f;
    for (int t = 0; t < tokens; t++) {
      const float value = c < channels ? load_constant(x + static_cast<long long>(t) * channels + c) : 0.0f;
      rows[t * stride + c] = c < channels ? moments[t].normalize(value, g, b) : 0.0f;
    }
  }
  __syncthreads();
  linear_rows<W, kRows, kTokens, kDepth>(stream, SharedRows{rows, stride}, share, tokens, epilogue);
}

// @kernel  ffn_up_{f32,bf16,f16}
// @does    out = f(norm(x) W' + bias), for one token
// @shapes  x [C], gain [C], norm_bias [C]: f32; W [F][ldw], ldw a multiple of 8, 16-byte aligned, zero beyond C; bias [F]:
//          f32, or null; out [F]: f32
// @grid    any: blocks take 16 / split rows at a time in turn; the result does not depend on it
// @block   256; split = 1, 2, 4 or 8 warps share a row
// @shared  4 * roundUp(C, 8) dynamic
// @bytes   F * ldw * sizeof(W) + 4 * (3 * C + F * (1 + bias))
// @flops   2 * F * C + 8 * C
// @bound   memory: the weights
#define FFN_UP(suffix, W)                                                                                             \
  extern "C" __global__ void __launch_bounds__(kRowThreads, 3)                                                        \
      ffn_up_##suffix(const float* x, const float* gain, const float* norm_bias, const W* weights, const float* bias, \
                      float* out, int channels, int ldw, int hidden, float epsilon, int activation, int split) {      \
    ffn_up_few<W, kRowsOfOne, 1, kDepthOfOne>(x, gain, norm_bias, Weights<W>{weights, hidden, ldw}, 1, channels,      \
                                              epsilon, split, Epilogue{bias, nullptr, out, hidden, activation});      \
  }                                                                                                                   \
  JGPT_KERNEL(ffn_up_##suffix)

FFN_UP(f32, float)
FFN_UP(bf16, bf16)
FFN_UP(f16, f16)

// @kernel  ffn_up_batch_{f32,bf16,f16}
// @does    out = f(norm(x) W' + bias), for up to 8 tokens; a token gets the same bytes as from ffn_up
// @shapes  x [T][C], gain [C], norm_bias [C]: f32; W [F][ldw], ldw a multiple of 8, 16-byte aligned, zero beyond C; bias
//          [F]: f32, or null; out [T][F]: f32; 1 <= T <= 8
// @grid    any: blocks take 32 / split rows at a time in turn; the result does not depend on it
// @block   256; split = 1, 2, 4 or 8 warps share a row
// @shared  4 * T * roundUp(C, 8) dynamic
// @bytes   F * ldw * sizeof(W) + 4 * (T * C + 2 * C + F * (bias + T))
// @flops   2 * T * F * C + 8 * T * C
// @bound   memory: the weights
#define FFN_UP_BATCH(suffix, W)                                                                                       \
  extern "C" __global__ void __launch_bounds__(kRowThreads, 2)                                                        \
      ffn_up_batch_##suffix(const float* x, const float* gain, const float* norm_bias, const W* weights,              \
                            const float* bias, float* out, int tokens, int channels, int ldw, int hidden,             \
                            float epsilon, int activation, int split) {                                               \
    ffn_up_few<W, kRowsOfMany, kManyTokens, kDepthOfMany>(x, gain, norm_bias, Weights<W>{weights, hidden, ldw},       \
                                                          tokens, channels, epsilon, split,                           \
                                                          Epilogue{bias, nullptr, out, hidden, activation});          \
  }                                                                                                                   \
  JGPT_KERNEL(ffn_up_batch_##suffix)

FFN_UP_BATCH(f32, float)
FFN_UP_BATCH(bf16, bf16)
FFN_UP_BATCH(f16, f16)

// @kernel  ffn_up_tiled_{f32,bf16,f16}
// @does    out = f(norm(x) W' + bias), for many tokens
// @shapes  x [T][C], gain [C], norm_bias [C]: f32; W [F][ldw], ldw a multiple of 8, 16-byte aligned, zero beyond C; bias
//          [F]: f32, or null; out [T][F]: f32
// @grid    (ceil(T / 64), ceil(F / 64), 1): every block finds the moments of its 64 rows anew
// @block   256
// @shared  none dynamic
// @bytes   F * ldw * sizeof(W) + 4 * (T * C + 2 * C + F * (bias + T))
// @flops   2 * T * F * C + 8 * T * C
// @bound   FMA units and shared memory; before them, 256 * C bytes from L2 per block for the moments
#define FFN_UP_TILED(suffix, W)                                                                                       \
  extern "C" __global__ void __launch_bounds__(kTileThreads, 2)                                                       \
      ffn_up_tiled_##suffix(const float* x, const float* gain, const float* norm_bias, const W* weights,              \
                            const float* bias, float* out, int tokens, int channels, int ldw, int hidden,             \
                            float epsilon, int activation) {                                                          \
    JGPT_SHARED(Moments, moments, [kTile]);                                                                           \
    linear_tile<W>(NormedTokens{global_rows<W>(x, channels), tokens, gain, norm_bias, epsilon, moments},              \
                   Weights<W>{weights, hidden, ldw}, SplitSpace{nullptr, nullptr},                                    \
                   Epilogue{bias, nullptr, out, hidden, activation});                                                 \
  }                                                                                                                   \
  JGPT_KERNEL(ffn_up_tiled_##suffix)

FFN_UP_TILED(f32, float)
FFN_UP_TILED(bf16, bf16)
FFN_UP_TILED(f16, f16)

// @kernel  ffn_down_{f32,bf16,f16}
// @does    out = x W' + bias + residual, for one token
// @shapes  x [F]: f32; W [C][ldw], ldw a multiple of 8, 16-byte aligned, zero beyond F; bias [C], residual [C]: f32, or
//          null; out [C]: f32, may be residual, not x
// @grid    any: blocks take 16 / split rows at a time in turn; the result does not depend on it
// @block   256; split = 1, 2, 4 or 8 warps share a row
// @shared  none dynamic
// @bytes   C * ldw * sizeof(W) + 4 * (F + C * (1 + bias + residual))
// @flops   2 * C * F
// @bound   memory: the weights
#define FFN_DOWN(suffix, W)                                                                                           \
  extern "C" __global__ void __launch_bounds__(kRowThreads, 3)                                                        \
      ffn_down_##suffix(const float* x, const W* weights, const float* bias, const float* residual, float* out,       \
                        int hidden, int ldw, int channels, int split) {                                               \
    linear_few<W, kRowsOfOne, 1, kDepthOfOne>(x, Weights<W>{weights, channels, ldw}, hidden, 1, split,                \
                                              Epilogue{bias, residual, out, channels, kIdentity});                    \
  }                                                                                                                   \
  JGPT_KERNEL(ffn_down_##suffix)

FFN_DOWN(f32, float)
FFN_DOWN(bf16, bf16)
FFN_DOWN(f16, f16)

// @kernel  ffn_down_batch_{f32,bf16,f16}
// @does    out = x W' + bias + residual, for up to 8 tokens; a token gets the same bytes as from ffn_down
// @shapes  x [T][F]: f32; W [C][ldw], ldw a multiple of 8, 16-byte aligned, zero beyond F; bias [C], residual [T][C]:
//          f32, or null; out [T][C]: f32, may be residual, not x; 1 <= T <= 8
// @grid    any: blocks take 32 / split rows at a time in turn; the result does not depend on it
// @block   256; split = 1, 2, 4 or 8 warps share a row
// @shared  none dynamic
// @bytes   C * ldw * sizeof(W) + 4 * (T * F + C * (bias + T * (1 + residual)))
// @flops   2 * T * C * F
// @bound   memory: the weights
#define FFN_DOWN_BATCH(suffix, W)                                                                                     \
  extern "C" __global__ void __launch_bounds__(kRowThreads, 2)                                                        \
      ffn_down_batch_##suffix(const float* x, const W* weights, const float* bias, const float* residual, float* out, \
                              int tokens, int hidden, int ldw, int channels, int split) {                             \
    linear_few<W, kRowsOfMany, kManyTokens, kDepthOfMany>(x, Weights<W>{weights, channels, ldw}, hidden, tokens,      \
                                                          split, Epilogue{bias, residual, out, channels, kIdentity}); \
  }                                                                                                                   \
  JGPT_KERNEL(ffn_down_batch_##suffix)

FFN_DOWN_BATCH(f32, float)
FFN_DOWN_BATCH(bf16, bf16)
FFN_DOWN_BATCH(f16, f16)

// @kernel  ffn_down_tiled_{f32,bf16,f16}
// @does    out = x W' + bias + residual, for many tokens
// @shapes  x [T][F]: f32; W [C][ldw], ldw a multiple of 8, 16-byte aligned, zero beyond F; bias [C], residual [T][C]:
//          f32, or null; out [T][C]: f32, may be residual, not x; parts [tiles][S][4096] and arrived [tiles], zero: used
//          if S > 1
// @grid    (ceil(T / 64), ceil(C / 64), S): S blocks share a tile
// @block   256
// @shared  none dynamic
// @bytes   C * ldw * sizeof(W) + 4 * (T * F + C * (bias + T * (1 + residual))) + (S > 1) * 8 * S * T * C
// @flops   2 * T * C * F
// @bound   FMA units and shared memory; for few tokens, the weights' bytes
#define FFN_DOWN_TILED(suffix, W)                                                                                     \
  extern "C" __global__ void __launch_bounds__(kTileThreads, 3)                                                       \
      ffn_down_tiled_##suffix(const float* x, const W* weights, const float* bias, const float* residual, float* out, \
                              float* parts, unsigned* arrived, int tokens, int hidden, int ldw, int channels) {       \
    linear_tile<W>(PlainTokens{global_rows<W>(x, hidden), tokens}, Weights<W>{weights, channels, ldw},                \
                   SplitSpace{parts, arrived}, Epilogue{bias, residual, out, channels, kIdentity});                   \
  }                                                                                                                   \
  JGPT_KERNEL(ffn_down_tiled_##suffix)

FFN_DOWN_TILED(f32, float)
FFN_DOWN_TILED(bf16, bf16)
FFN_DOWN_TILED(f16, f16)
