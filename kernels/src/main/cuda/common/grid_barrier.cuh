// A barrier of all blocks of a cooperative launch.
#pragma once

#include "common/counter.cuh"
#include "common/cuda.cuh"

// What other blocks released before they stored or counted what this load finds.
JGPT_DEVICE unsigned load_acquire(const unsigned* at) {
#if defined(__CUDACC__)
  unsigned value;
  asm volatile("ld.acquire.gpu.global.u32 %0, [%1];" : "=r"(value) : "l"(__cvta_generic_to_global(at)) : "memory");
  return value;
#else
  return cudasim::load_acquire_u32(at, cudasim::Scope::device);
#endif
}

// Every thread of every block calls it; what any of them did before is seen by all of them after. The counter is zero
// when it is allocated. Its low 31 bits count who is here; the first block adds what is missing to 2^31, so that the top
// bit turns over once all have come, and the rest is zero again.
JGPT_DEVICE void grid_barrier(unsigned* counter) {
  constexpr unsigned kTop = 0x80000000u;
  counter_rests(counter, kTop);
  __syncthreads();
  if (threadIdx.x == 0 && threadIdx.y == 0 && threadIdx.z == 0) {
    const unsigned blocks = gridDim.x * gridDim.y * gridDim.z;
    const bool first = blockIdx.x == 0 && blockIdx.y == 0 && blockIdx.z == 0;
    __threadfence();
    const unsigned before = atomicAdd(counter, first ? kTop - (blocks - 1) : 1u);
    while (((load_acquire(counter) ^ before) & kTop) == 0) {
    }
    __threadfence();
  }
  __syncthreads();
}
