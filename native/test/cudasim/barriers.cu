// Planted: what goes wrong between threads of one block. A line that a report must name ends in the bug's name.
#include "common/host.cuh"

namespace {

__device__ __forceinline__ int linear() { return static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x); }

}  // namespace

// Neighbours exchange values through shared memory.
extern "C" __global__ void missing_syncthreads_bug(const float* x, float* y) {
  JGPT_SHARED(float, values, [64]);
  values[threadIdx.x] = 0.0f;
  __syncthreads();
  values[threadIdx.x] = x[linear()];  // missing_syncthreads
  y[linear()] = values[threadIdx.x ^ 32u];  // missing_syncthreads
}
JGPT_KERNEL(missing_syncthreads_bug)

extern "C" __global__ void missing_syncthreads_twin(const float* x, float* y) {
  JGPT_SHARED(float, values, [64]);
  values[threadIdx.x] = x[linear()];
  __syncthreads();
  y[linear()] = values[threadIdx.x ^ 32u];
}
JGPT_KERNEL(missing_syncthreads_twin)

// Written again before all have read: the second barrier is missing.
extern "C" __global__ void reused_too_early_bug(const float* x, float* y) {
  JGPT_SHARED(float, sum, );
  float total = 0.0f;
  for (int i = 0; i < 4; i++) {
    if (threadIdx.x == static_cast<unsigned>(i)) {
      sum = x[linear()];  // reused_too_early
    }
    __syncthreads();
    total += sum;  // reused_too_early
  }
  y[linear()] = total;
}
JGPT_KERNEL(reused_too_early_bug)

extern "C" __global__ void reused_too_early_twin(const float* x, float* y) {
  JGPT_SHARED(float, sum, );
  float total = 0.0f;
  for (int i = 0; i < 4; i++) {
    if (threadIdx.x == static_cast<unsigned>(i)) {
      sum = x[linear()];
    }
    __syncthreads();
    total += sum;
    __syncthreads();
  }
  y[linear()] = total;
}
JGPT_KERNEL(reused_too_early_twin)

// Only a shuffle stands between a lane's write and another lane's read.
extern "C" __global__ void missing_syncwarp_bug(const float* x, float* y) {
  JGPT_SHARED(float, values, [64]);
  values[threadIdx.x] = 0.0f;
  __syncthreads();
  values[threadIdx.x] = x[linear()];  // missing_syncwarp
  const int key = __shfl_xor_sync(0xffffffffu, static_cast<int>(threadIdx.x), 1);
  y[linear()] = values[key];  // missing_syncwarp
}
JGPT_KERNEL(missing_syncwarp_bug)

extern "C" __global__ void missing_syncwarp_twin(const float* x, float* y) {
  JGPT_SHARED(float, values, [64]);
  values[threadIdx.x] = x[linear()];
  const int key = __shfl_xor_sync(0xffffffffu, static_cast<int>(threadIdx.x), 1);
  __syncwarp();
  y[linear()] = values[key];
}
JGPT_KERNEL(missing_syncwarp_twin)

// Half a warp synchronises, the other half reads what it wrote.
extern "C" __global__ void half_syncwarp_bug(const float* x, float* y) {
  JGPT_SHARED(float, values, [64]);
  values[threadIdx.x] = 0.0f;
  __syncthreads();
  values[threadIdx.x] = x[linear()];  // half_syncwarp
  const unsigned half = threadIdx.x % 32 < 16 ? 0x0000ffffu : 0xffff0000u;
  __syncwarp(half);
  y[linear()] = values[threadIdx.x ^ 16u];  // half_syncwarp
}
JGPT_KERNEL(half_syncwarp_bug)

extern "C" __global__ void half_syncwarp_twin(const float* x, float* y) {
  JGPT_SHARED(float, values, [64]);
  values[threadIdx.x] = x[linear()];
  const unsigned half = threadIdx.x % 32 < 16 ? 0x0000ffffu : 0xffff0000u;
  __syncwarp(half);
  y[linear()] = values[threadIdx.x ^ 8u];
}
JGPT_KERNEL(half_syncwarp_twin)

// Two 16-bit halves of a word belong to two threads: no race between them, one with who reads the word.
extern "C" __global__ void half_words_bug(const int* x, int* y) {
  JGPT_SHARED(short, halves, [64]);
  halves[threadIdx.x] = 0;
  __syncthreads();
  halves[threadIdx.x] = static_cast<short>(x[linear()]);  // half_words
  const int other = static_cast<int>(threadIdx.x ^ 32u);
  y[linear()] = halves[other];  // half_words
}
JGPT_KERNEL(half_words_bug)

extern "C" __global__ void half_words_twin(const int* x, int* y) {
  JGPT_SHARED(short, halves, [64]);
  halves[threadIdx.x] = static_cast<short>(x[linear()]);
  halves[threadIdx.x] = static_cast<short>(halves[threadIdx.x] + 1);
  __syncthreads();
  const int other = static_cast<int>(threadIdx.x ^ 32u);
  y[linear()] = halves[other];
}
JGPT_KERNEL(half_words_twin)

// A barrier in a branch that some threads do not take.
extern "C" __global__ void exits_early_bug(const float* x, float* y) {
  JGPT_SHARED(float, values, [64]);
  if (threadIdx.x >= 60) {
    return;
  }
  values[threadIdx.x] = x[linear()];
  __syncthreads();  // exits_early
  y[linear()] = values[59 - threadIdx.x];
}
JGPT_KERNEL(exits_early_bug)

extern "C" __global__ void exits_early_twin(const float* x, float* y) {
  JGPT_SHARED(float, values, [64]);
  if (threadIdx.x < 60) {
    values[threadIdx.x] = x[linear()];
  }
  __syncthreads();
  if (threadIdx.x < 60) {
    y[linear()] = values[59 - threadIdx.x];
  }
}
JGPT_KERNEL(exits_early_twin)

extern "C" __global__ void two_barriers_bug(const float* x, float* y) {
  JGPT_SHARED(float, values, [64]);
  values[threadIdx.x] = x[linear()];
  if (threadIdx.x < 32) {
    __syncthreads();  // two_barriers
  } else {
    __syncthreads();  // two_barriers
  }
  y[linear()] = values[63 - threadIdx.x];
}
JGPT_KERNEL(two_barriers_bug)

extern "C" __global__ void two_barriers_twin(const float* x, float* y) {
  JGPT_SHARED(float, values, [64]);
  if (threadIdx.x < 32) {
    values[threadIdx.x] = x[linear()];
  } else {
    values[threadIdx.x] = -x[linear()];
  }
  __syncthreads();
  y[linear()] = values[63 - threadIdx.x];
}
JGPT_KERNEL(two_barriers_twin)

// A full mask where only some lanes come.
extern "C" __global__ void full_mask_in_branch_bug(const float* x, float* y) {
  float value = x[linear()];
  if (threadIdx.x % 2 == 0) {
    value += __shfl_xor_sync(0xffffffffu, value, 2);  // full_mask_in_branch
  } else {
    __syncthreads();  // full_mask_in_branch
  }
  y[linear()] = value;
}
JGPT_KERNEL(full_mask_in_branch_bug)

extern "C" __global__ void full_mask_in_branch_twin(const float* x, float* y) {
  float value = x[linear()];
  if (threadIdx.x % 2 == 0) {
    value += __shfl_xor_sync(0x55555555u, value, 2);
  }
  __syncthreads();
  y[linear()] = value;
}
JGPT_KERNEL(full_mask_in_branch_twin)

// Lanes of one mask at different operations.
extern "C" __global__ void divergent_warp_bug(const float* x, float* y) {
  float value = x[linear()];
  if (threadIdx.x % 32 < 16) {
    value += __shfl_xor_sync(0xffffffffu, value, 1);  // divergent_warp
  } else {
    __syncwarp();  // divergent_warp
  }
  y[linear()] = value;
}
JGPT_KERNEL(divergent_warp_bug)

extern "C" __global__ void divergent_warp_twin(const float* x, float* y) {
  const float value = x[linear()];
  const float other = __shfl_xor_sync(0xffffffffu, value, 1);
  __syncwarp();
  y[linear()] = threadIdx.x % 32 < 16 ? value + other : value;
}
JGPT_KERNEL(divergent_warp_twin)
