// Copies from global to shared memory that do not pass through registers (cp.async, from compute capability 8.0).
//
// A thread issues copies, closes a group, and later waits until only the latest groups are under way. What has landed is
// seen by that thread; by others after the next __syncthreads().
#pragma once

#include "common/cuda.cuh"

#if !defined(__CUDACC__) || __CUDA_ARCH__ >= 800

// 16 bytes, of which those from `valid` on become zero; both addresses are multiples of 16.
JGPT_DEVICE void copy_async16(void* shared, const void* global, int valid = 16) {
#if defined(__CUDACC__)
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;"
               :
               : "r"(static_cast<unsigned>(__cvta_generic_to_shared(shared))), "l"(__cvta_generic_to_global(global)),
                 "r"(valid)
               : "memory");
#else
  cudasim::copy_async(shared, global, 16, static_cast<unsigned>(valid));
#endif
}

JGPT_DEVICE void close_copy_group() {
#if defined(__CUDACC__)
  asm volatile("cp.async.commit_group;" ::: "memory");
#else
  cudasim::commit_copies();
#endif
}

// Until at most kLeft groups, the latest, are under way.
template <int kLeft>
JGPT_DEVICE void wait_for_copies() {
#if defined(__CUDACC__)
  asm volatile("cp.async.wait_group %0;" ::"n"(kLeft) : "memory");
#else
  cudasim::wait_for_copies(kLeft);
#endif
}

#endif
