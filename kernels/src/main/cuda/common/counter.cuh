// Counters in global memory on which blocks meet: at a grid barrier, or to tell who comes last.
#pragma once

#include "common/cuda.cuh"

// Tells cudasim that launches leave a counter as they find it: a multiple of `period`, or zero where that is 0. A launch
// that begins or ends otherwise is reported. Every thread that uses the counter calls it first.
JGPT_DEVICE void counter_rests(const unsigned* counter, unsigned period) {
#if !defined(__CUDACC__)
  cudasim::expect_at_rest(counter, period);
#else
  (void)counter;
  (void)period;
#endif
}
