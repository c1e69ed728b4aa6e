// Planted: one thread errs, or two between them, in a grid and blocks of three dimensions; reports must name them and
// nobody else. Those who err stand in planted_bugs.cpp. A line that a report must name ends in the bug's name.
#include "common/host.cuh"

namespace {

__device__ __forceinline__ unsigned thread_in_block() {
  return threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
}

// y has an element per thread, x as well.
__device__ __forceinline__ int linear() {
  const unsigned block = blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z);
  return static_cast<int>(block * blockDim.x * blockDim.y * blockDim.z + thread_in_block());
}

__device__ __forceinline__ bool block_is(unsigned x, unsigned y, unsigned z) {
  return blockIdx.x == x && blockIdx.y == y && blockIdx.z == z;
}

__device__ __forceinline__ bool thread_is(unsigned x, unsigned y, unsigned z) {
  return threadIdx.x == x && threadIdx.y == y && threadIdx.z == z;
}

// Who errs; another thread of its block, in another warp; a thread of another block.
__device__ __forceinline__ bool culprit() { return block_is(1, 0, 1) && thread_is(3, 2, 1); }
__device__ __forceinline__ bool neighbour() { return block_is(1, 0, 1) && thread_is(5, 0, 0); }
__device__ __forceinline__ bool stranger() { return block_is(0, 1, 1) && thread_is(7, 3, 0); }

}  // namespace

extern "C" __global__ void lone_bounds_bug(const float* x, float* y) {
  y[linear()] = x[culprit() ? 512 : linear()];  // lone_bounds
}
JGPT_KERNEL(lone_bounds_bug)

extern "C" __global__ void lone_bounds_twin(const float* x, float* y) { y[linear()] = x[culprit() ? 511 : linear()]; }
JGPT_KERNEL(lone_bounds_twin)

extern "C" __global__ void lone_shared_bounds_bug(const float* x, float* y) {
  JGPT_SHARED(float, values, [64]);
  values[culprit() ? 64 : thread_in_block()] = x[linear()];  // lone_shared_bounds
  y[linear()] = 0.0f;
}
JGPT_KERNEL(lone_shared_bounds_bug)

extern "C" __global__ void lone_shared_bounds_twin(const float* x, float* y) {
  JGPT_SHARED(float, values, [65]);
  values[culprit() ? 64 : thread_in_block()] = x[linear()];
  y[linear()] = 0.0f;
}
JGPT_KERNEL(lone_shared_bounds_twin)

extern "C" __global__ void lone_uninitialised_bug(const float* x, float* y) {
  JGPT_SHARED(float, values, [64]);
  if (!culprit()) {
    values[thread_in_block()] = x[linear()];
  }
  y[linear()] = values[thread_in_block()];  // lone_uninitialised
}
JGPT_KERNEL(lone_uninitialised_bug)

extern "C" __global__ void lone_uninitialised_twin(const float* x, float* y) {
  JGPT_SHARED(float, values, [64]);
  values[thread_in_block()] = culprit() ? 0.0f : x[linear()];
  y[linear()] = values[thread_in_block()];
}
JGPT_KERNEL(lone_uninitialised_twin)

extern "C" __global__ void lone_misaligned_bug(const float* x, float* y) {
  const float2 pair = *reinterpret_cast<const float2*>(x + (culprit() ? 1 : 2));  // lone_misaligned
  y[linear()] = pair.x + pair.y;
}
JGPT_KERNEL(lone_misaligned_bug)

extern "C" __global__ void lone_misaligned_twin(const float* x, float* y) {
  const float2 pair = *reinterpret_cast<const float2*>(x + (culprit() ? 4 : 2));
  y[linear()] = pair.x + pair.y;
}
JGPT_KERNEL(lone_misaligned_twin)

extern "C" __global__ void lone_race_bug(const float* x, float* y) {
  JGPT_SHARED(float, values, [64]);
  values[thread_in_block()] = x[linear()];
  __syncthreads();
  if (neighbour()) {
    values[0] = 1.0f;  // lone_race
  }
  if (culprit()) {
    y[linear()] = values[0];  // lone_race
  }
}
JGPT_KERNEL(lone_race_bug)

extern "C" __global__ void lone_race_twin(const float* x, float* y) {
  JGPT_SHARED(float, values, [64]);
  values[thread_in_block()] = x[linear()];
  __syncthreads();
  if (neighbour()) {
    values[0] = 1.0f;
  }
  __syncthreads();
  if (culprit()) {
    y[linear()] = values[0];
  }
}
JGPT_KERNEL(lone_race_twin)

extern "C" __global__ void lone_race_of_blocks_bug(const float* x, float* y) {
  if (culprit()) {
    y[7] = x[0];  // lone_race_of_blocks
  }
  if (stranger()) {
    y[7] = x[1];  // lone_race_of_blocks
  }
}
JGPT_KERNEL(lone_race_of_blocks_bug)

extern "C" __global__ void lone_race_of_blocks_twin(const float* x, float* y) {
  if (culprit()) {
    y[7] = x[0];
  }
  if (stranger()) {
    y[8] = x[1];
  }
}
JGPT_KERNEL(lone_race_of_blocks_twin)

extern "C" __global__ void lone_stale_constant_bug(const float* x, float* y) {
  if (culprit()) {
    y[7] = x[0];  // lone_stale_constant
    y[8] = __ldg(y + 7);  // lone_stale_constant
  }
}
JGPT_KERNEL(lone_stale_constant_bug)

extern "C" __global__ void lone_stale_constant_twin(const float* x, float* y) {
  if (culprit()) {
    y[7] = x[0];
    y[8] = __ldg(x + 7);
  }
}
JGPT_KERNEL(lone_stale_constant_twin)

extern "C" __global__ void lone_exit_bug(const float* x, float* y) {
  if (culprit()) {
    return;
  }
  __syncthreads();  // lone_exit
  y[linear()] = x[linear()];
}
JGPT_KERNEL(lone_exit_bug)

extern "C" __global__ void lone_exit_twin(const float* x, float* y) {
  __syncthreads();
  if (culprit()) {
    return;
  }
  y[linear()] = x[linear()];
}
JGPT_KERNEL(lone_exit_twin)

// All others wait at the barrier, for one that waits for lanes of its warp that will not come.
extern "C" __global__ void lone_deadlock_bug(const float* x, float* y) {
  if (culprit()) {
    __syncwarp();  // lone_deadlock
  }
  __syncthreads();  // lone_deadlock
  y[linear()] = x[linear()];
}
JGPT_KERNEL(lone_deadlock_bug)

extern "C" __global__ void lone_deadlock_twin(const float* x, float* y) {
  if (culprit()) {
    __syncwarp(1u << 19);
  }
  __syncthreads();
  y[linear()] = x[linear()];
}
JGPT_KERNEL(lone_deadlock_twin)
