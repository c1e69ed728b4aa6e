// Linear layers on many tokens: prefill, and large batches.
#include "common/cuda.cuh"
#include "common/tile.cuh"
#include "common/types.cuh"

// @kernel  gemm_{f32,bf16,f16}
// @does    out = f(x W' + bias) + residual
// @shapes  x [T][K]: f32; W [N][ldw], ldw a multiple of 8, 16-byte aligned, zero beyond K; bias [N], residual [T][N]:
//          f32, or null; out [T][N]: f32, may be residual, not x; parts [tiles][S][4096] and arrived [tiles], zero: used
//          if S > 1
// @grid    (ceil(T / 64), ceil(N / 64), S): S blocks share a tile
// @block   256
// @shared  none dynamic
// @bytes   N * ldw * sizeof(W) + 4 * (T * K + N * (bias + T * (1 + residual))) + (S > 1) * 8 * S * T * N
// @flops   2 * T * N * K
// @bound   FMA units and shared memory; for few tokens, the weights' bytes
#define GEMM(suffix, W)                                                                                               \
  extern "C" __global__ void __launch_bounds__(kTileThreads, 3)                                                       \
      gemm_##suffix(const float* x, const W* weights, const float* bias, const float* residual, float* out,           \
                    float* parts, unsigned* arrived, int tokens, int k, int ldw, int n, int activation) {             \
    linear_tile<W>(PlainTokens{global_rows<W>(x, k), tokens}, Weights<W>{weights, n, ldw},                            \
                   SplitSpace{parts, arrived}, Epilogue{bias, residual, out, n, activation});                         \
  }                                                                                                                   \
  JGPT_KERNEL(gemm_##suffix)

GEMM(f32, float)
GEMM(bf16, bf16)
GEMM(f16, f16)
