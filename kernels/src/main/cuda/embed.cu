// From token ids to rows: the token's embedding plus its position's.
#include "common/cuda.cuh"
#include "common/types.cuh"
#include "common/vector.cuh"

template <class W>
JGPT_DEVICE void embed(const int* tokens, const int* positions, const W* wte, const W* wpe, float* out, int channels,
                       int ldw) {
  constexpr int kVector = kPerVector<W>;
  const int t = static_cast<int>(blockIdx.x);
  const W* token = wte + static_cast<long long>(tokens[t]) * ldw;
  const W* position = wpe + static_cast<long long>(positions[t]) * ldw;
  float* to = out + static_cast<long long>(t) * channels;
  const bool whole = channels % kVector == 0 && is_aligned16(out);
  for (int c = static_cast<int>(threadIdx.x) * kVector; c < channels; c += static_cast<int>(blockDim.x) * kVector) {
    float sum[kVector];
    float other[kVector];
    // Rows are padded: a whole vector can be read wherever one element is.
    unpack<W>(load16_constant<uint4>(token + c), sum);
    unpack<W>(load16_constant<uint4>(position + c), other);
#pragma unroll
    for (int i = 0; i < kVector; i++) {
      sum[i] += other[i];
    }
    if (whole) {
#pragma unroll
      for (int i = 0; i < kVector; i += 4) {
        store16(to + c + i, make_float4(sum[i], sum[i + 1], sum[i + 2], sum[i + 3]));
      }
    } else {
#pragma unroll
      for (int i = 0; i < kVector; i++) {
        if (c + i < channels) {
          to[c + i] = sum[i];
        }
      }
    }
  }
}

// @kernel  embed_{f32,bf16,f16}
// @does    out[t] = wte[tokens[t]] + wpe[positions[t]]
// @shapes  tokens [T], positions [T]: int, inside the tables; wte [V][ldw], wpe [P][ldw]: W, ldw a multiple of 8;
//          out [T][C]: f32
// @grid    T
// @block   128
// @shared  none
// @bytes   T * (2 * C * sizeof(W) + 4 * C + 8)
// @flops   T * C
// @bound   memory
#define EMBED(suffix, W)                                                                                              \
  extern "C" __global__ void __launch_bounds__(128)                                                                   \
      embed_##suffix(const int* tokens, const int* positions, const W* wte, const W* wpe, float* out, int channels,   \
                     int ldw) {                                                                                       \
    embed(tokens, positions, wte, wpe, out, channels, ldw);                                                           \
  }                                                                                                                   \
  JGPT_KERNEL(embed_##suffix)

EMBED(f32, float)
EMBED(bf16, bf16)
EMBED(f16, f16)
