// Barriers in shared memory (mbarrier, from compute capability 8.0): a phase is over once as many threads have arrived in
// it as the barrier counts; the next then begins. Who arrives does not wait, and who waits need not arrive.
//
// What a thread did before it arrived is seen by those who have waited for the phase. One thread starts a barrier, and
// __syncthreads() stands before anyone uses it.
#pragma once

#include "common/cuda.cuh"

#if !defined(__CUDACC__) || __CUDA_ARCH__ >= 800

// A word of shared memory, aligned to its 8 bytes.
struct PhaseBarrier {
  unsigned long long word;
};

JGPT_DEVICE void start_barrier(PhaseBarrier& barrier, unsigned arrivals) {
#if defined(__CUDACC__)
  asm volatile("mbarrier.init.shared.b64 [%0], %1;"
               :
               : "r"(static_cast<unsigned>(__cvta_generic_to_shared(&barrier.word))), "r"(arrivals)
               : "memory");
#else
  cudasim::mbarrier_init(reinterpret_cast<std::uint64_t*>(&barrier.word), arrivals);
#endif
}

JGPT_DEVICE void arrive(PhaseBarrier& barrier) {
#if defined(__CUDACC__)
  asm volatile("{\n\t.reg .b64 state;\n\tmbarrier.arrive.shared.b64 state, [%0];\n\t}"
               :
               : "r"(static_cast<unsigned>(__cvta_generic_to_shared(&barrier.word)))
               : "memory");
#else
  cudasim::mbarrier_arrive(reinterpret_cast<std::uint64_t*>(&barrier.word));
#endif
}

// Until the phase of this parity is over; the first has 0, the next 1, then 0 again.
JGPT_DEVICE void wait_for_phase(PhaseBarrier& barrier, unsigned parity) {
#if defined(__CUDACC__)
  const unsigned at = static_cast<unsigned>(__cvta_generic_to_shared(&barrier.word));
  unsigned over = 0;
  while (over == 0) {
    asm volatile(
        "{\n\t.reg .pred over;\n\tmbarrier.test_wait.parity.shared.b64 over, [%1], %2;\n\tselp.u32 %0, 1, 0, over;\n\t}"
        : "=r"(over)
        : "r"(at), "r"(parity)
        : "memory");
  }
#else
  while (!cudasim::mbarrier_try_wait(reinterpret_cast<std::uint64_t*>(&barrier.word), parity)) {
  }
#endif
}

#endif
