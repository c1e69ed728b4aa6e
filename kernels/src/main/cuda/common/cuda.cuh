// What every kernel includes first: the language, on the device and on the host.
//
// nvcc compiles a .cu file to PTX. g++ compiles the same file for cudasim, where host.cuh supplies CUDA's names. Nothing
// else tells the two apart, except the functions in this folder that need one instruction: each has both branches.
//
// A kernel is written as
//
//   extern "C" __global__ void __launch_bounds__(256) scale(const float* x, float* y, int n, float by) { ... }
//   JGPT_KERNEL(scale)
//
// with scalar parameters only (pointers, int, unsigned, 64-bit integers, float, double) and a name that no other file
// has. No floating-point atomics: every sum is made in a fixed order, so that the same input gives the same bytes.
#pragma once

#if defined(__CUDACC__)

// Makes a kernel known to cudasim; the device finds it by its name.
#define JGPT_KERNEL(name)

// A variable of the block: JGPT_SHARED(float, tile, [32][33]); then `tile` is an array. Aligned for vector accesses.
#define JGPT_SHARED(type, name, shape) __shared__ __align__(16) type name shape

// The block's dynamic shared memory, aligned for vector accesses.
template <class T>
__device__ __forceinline__ T* dynamic_shared() {
  extern __shared__ __align__(16) unsigned char jgpt_dynamic_shared[];
  return reinterpret_cast<T*>(jgpt_dynamic_shared);
}

#else

#include "common/host.cuh"

#endif

#define JGPT_DEVICE __device__ __forceinline__

constexpr int kWarp = 32;
constexpr unsigned kFullMask = 0xffffffffu;

JGPT_DEVICE int lane_id() { return static_cast<int>(threadIdx.x % kWarp); }
JGPT_DEVICE int warp_id() { return static_cast<int>(threadIdx.x / kWarp); }

// How many blocks of `size` cover `count`.
constexpr JGPT_DEVICE int ceil_div(int count, int size) { return (count + size - 1) / size; }
