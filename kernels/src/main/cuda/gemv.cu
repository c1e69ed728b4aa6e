// Linear layers on one token and on up to eight: what decoding does with all its weights.
#include "common/cuda.cuh"
#include "common/rows.cuh"
#include "common/types.cuh"

// @kernel  gemv_{f32,bf16,f16}
// @does    out = f(x W' + bias) + residual, for one token
// @shapes  x [K]: f32; W [N][ldw], ldw a multiple of 8, 16-byte aligned, zero beyond K; bias [N], residual [N]: f32, or
//          null; out [N]: f32, may be residual, not x
// @grid    any: blocks take 16 / split rows at a time in turn; the result does not depend on it
// @block   256; split = 1, 2, 4 or 8 warps share a row
// @shared  none dynamic
// @bytes   N * ldw * sizeof(W) + 4 * (K + N * (1 + bias + residual))
// @flops   2 * N * K
// @bound   memory: the weights
#define GEMV(suffix, W)                                                                                               \
  extern "C" __global__ void __launch_bounds__(kRowThreads, 3)                                                        \
      gemv_##suffix(const float* x, const W* weights, const float* bias, const float* residual, float* out, int k,    \
                    int ldw, int n, int activation, int split) {                                                      \
    linear_few<W, kRowsOfOne, 1, kDepthOfOne>(x, Weights<W>{weights, n, ldw}, k, 1, split,                            \
                                              Epilogue{bias, residual, out, n, activation});                          \
  }                                                                                                                   \
  JGPT_KERNEL(gemv_##suffix)

GEMV(f32, float)
GEMV(bf16, bf16)
GEMV(f16, f16)

// @kernel  gemv_batch_{f32,bf16,f16}
// @does    out = f(x W' + bias) + residual, for up to 8 tokens; a token gets the same bytes as from gemv
// @shapes  x [T][K]: f32; W [N][ldw], ldw a multiple of 8, 16-byte aligned, zero beyond K; bias [N], residual [T][N]:
//          f32, or null; out [T][N]: f32, may be residual, not x; 1 <= T <= 8
// @grid    any: blocks take 32 / split rows at a time in turn; the result does not depend on it
// @block   256; split = 1, 2, 4 or 8 warps share a row
// @shared  none dynamic
// @bytes   N * ldw * sizeof(W) + 4 * (T * K + N * (bias + T * (1 + residual)))
// @flops   2 * T * N * K
// @bound   memory: the weights
#define GEMV_BATCH(suffix, W)                                                                                         \
  extern "C" __global__ void __launch_bounds__(kRowThreads, 2)                                                        \
      gemv_batch_##suffix(const float* x, const W* weights, const float* bias, const float* residual, float* out,     \
                          int tokens, int k, int ldw, int n, int activation, int split) {                             \
    linear_few<W, kRowsOfMany, kManyTokens, kDepthOfMany>(x, Weights<W>{weights, n, ldw}, k, tokens, split,           \
                                                          Epilogue{bias, residual, out, n, activation});              \
  }                                                                                                                   \
  JGPT_KERNEL(gemv_batch_##suffix)

GEMV_BATCH(f32, float)
GEMV_BATCH(bf16, bf16)
GEMV_BATCH(f16, f16)
