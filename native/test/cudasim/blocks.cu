// Planted: what goes wrong between blocks. A line that a report must name ends in the bug's name.
#include "common/host.cuh"

// "Who comes last sums up": each block leaves a partial sum, takes a ticket, and the last one adds them.
#define LAST_BLOCK(name, WRITER_FENCE, READER_FENCE, RESET)                                    \
  extern "C" __global__ void name(const float* x, float* partial, float* out, unsigned* tickets) { \
    ::cudasim::expect_at_rest(tickets, 0);                                                     \
    JGPT_SHARED(int, last, );                                                                  \
    if (threadIdx.x == 0) {                                                                    \
      partial[blockIdx.x] = x[blockIdx.x];                                                     \
      WRITER_FENCE;                                                                            \
      last = atomicAdd(tickets, 1u) == gridDim.x - 1;                                          \
      READER_FENCE;                                                                            \
    }                                                                                          \
    __syncthreads();                                                                           \
    if (last && threadIdx.x == 1) {                                                            \
      float sum = 0.0f;                                                                        \
      for (unsigned i = 0; i < gridDim.x; i++) {                                               \
        sum += partial[i];                                                                     \
      }                                                                                        \
      *out = sum;                                                                              \
      RESET;                                                                                   \
    }                                                                                          \
  }                                                                                            \
  JGPT_KERNEL(name)

// clang-format off
LAST_BLOCK(missing_writer_fence_bug, , __threadfence(), atomicExch(tickets, 0u))  // missing_writer_fence
LAST_BLOCK(missing_writer_fence_twin, __threadfence(), __threadfence(), atomicExch(tickets, 0u))
LAST_BLOCK(missing_reader_fence_bug, __threadfence(), , atomicExch(tickets, 0u))  // missing_reader_fence
LAST_BLOCK(missing_reader_fence_twin, __threadfence(), __threadfence(), atomicExch(tickets, 0u))
LAST_BLOCK(fence_of_block_only_bug, __threadfence_block(), __threadfence(), atomicExch(tickets, 0u))  // fence_of_block_only
LAST_BLOCK(fence_of_block_only_twin, __threadfence(), __threadfence(), atomicExch(tickets, 0u))
LAST_BLOCK(ticket_left_dirty_bug, __threadfence(), __threadfence(), (void)0)  // ticket_left_dirty
LAST_BLOCK(ticket_left_dirty_twin, __threadfence(), __threadfence(), atomicExch(tickets, 0u))
LAST_BLOCK(ticket_found_dirty_bug, __threadfence(), __threadfence(), atomicExch(tickets, 0u))  // ticket_found_dirty
LAST_BLOCK(ticket_found_dirty_twin, __threadfence(), __threadfence(), atomicExch(tickets, 0u))
// clang-format on

// The same with all threads at it: each fences what it wrote, a barrier, one counts; and on the other side one finds the
// count, a barrier, each fences. Allowed because __threadfence() is sequentially consistent. The bug fences only in the
// thread that counts, before the barrier.
#define LAST_BLOCK_OF_ALL(name, BEFORE, AFTER)                                                     \
  extern "C" __global__ void name(const float* x, float* partial, float* out, unsigned* tickets) { \
    ::cudasim::expect_at_rest(tickets, 0);                                                         \
    JGPT_SHARED(int, last, );                                                                      \
    float* mine = partial + blockIdx.x * blockDim.x;                                               \
    mine[threadIdx.x] = x[blockIdx.x];                                                             \
    BEFORE;                                                                                        \
    __syncthreads();                                                                               \
    if (threadIdx.x == 0) {                                                                        \
      last = atomicAdd(tickets, 1u) == gridDim.x - 1;                                              \
    }                                                                                              \
    __syncthreads();                                                                               \
    AFTER;                                                                                         \
    if (last) {                                                                                    \
      if (threadIdx.x == 0) {                                                                      \
        *tickets = 0;                                                                              \
      }                                                                                            \
      float sum = 0.0f;                                                                            \
      for (unsigned i = 0; i < gridDim.x; i++) {                                                   \
        sum += partial[i * blockDim.x + threadIdx.x];                                              \
      }                                                                                            \
      if (threadIdx.x == 0) {                                                                      \
        *out = sum;                                                                                \
      }                                                                                            \
    }                                                                                              \
  }                                                                                                \
  JGPT_KERNEL(name)

LAST_BLOCK_OF_ALL(fence_of_one_bug, if (threadIdx.x == 0) __threadfence(), __threadfence())  // fence_of_one
LAST_BLOCK_OF_ALL(fence_of_one_twin, __threadfence(), __threadfence())
LAST_BLOCK_OF_ALL(fence_of_nobody_bug, (void)0, __threadfence())  // fence_of_nobody
LAST_BLOCK_OF_ALL(fence_of_nobody_twin, __threadfence(), if (threadIdx.x < 32) __threadfence(); __syncthreads())

// Every block writes the same element.
extern "C" __global__ void blocks_collide_bug(const float* x, float*, float* out, unsigned*) {
  if (threadIdx.x == 0) {
    *out = x[0];  // blocks_collide
  }
}
JGPT_KERNEL(blocks_collide_bug)

extern "C" __global__ void blocks_collide_twin(const float* x, float* partial, float*, unsigned*) {
  if (threadIdx.x == 0) {
    partial[blockIdx.x] = x[0];
  }
}
JGPT_KERNEL(blocks_collide_twin)

// A value and its flag, by release and acquire. The bug stores the flag first.
extern "C" __global__ void flag_before_value_bug(const float* x, float* partial, float* out, unsigned* flag) {
  if (threadIdx.x == 0 && blockIdx.x == 0) {
    ::cudasim::store_release_u32(flag, 1u, ::cudasim::Scope::device);
    partial[0] = x[0];  // flag_before_value
  } else if (threadIdx.x == 0 && blockIdx.x == 1) {
    while (::cudasim::load_acquire_u32(flag, ::cudasim::Scope::device) == 0) {
    }
    *out = partial[0];  // flag_before_value
  }
}
JGPT_KERNEL(flag_before_value_bug)

extern "C" __global__ void flag_before_value_twin(const float* x, float* partial, float* out, unsigned* flag) {
  if (threadIdx.x == 0 && blockIdx.x == 0) {
    partial[0] = x[0];
    ::cudasim::store_release_u32(flag, 1u, ::cudasim::Scope::device);
  } else if (threadIdx.x == 0 && blockIdx.x == 1) {
    while (::cudasim::load_acquire_u32(flag, ::cudasim::Scope::device) == 0) {
    }
    *out = partial[0];
  }
}
JGPT_KERNEL(flag_before_value_twin)

// Nobody ever stores the flag.
extern "C" __global__ void waits_for_nobody_bug(const float*, float*, float*, unsigned* flag) {
  if (threadIdx.x == 0) {
    while (::cudasim::load_acquire_u32(flag, ::cudasim::Scope::device) == 0) {  // waits_for_nobody
    }
  }
}
JGPT_KERNEL(waits_for_nobody_bug)

extern "C" __global__ void waits_for_nobody_twin(const float*, float*, float*, unsigned* flag) {
  if (threadIdx.x == 0 && blockIdx.x == 0) {
    ::cudasim::store_release_u32(flag, 1u, ::cudasim::Scope::device);
  } else if (threadIdx.x == 0) {
    while (::cudasim::load_acquire_u32(flag, ::cudasim::Scope::device) == 0) {
    }
  }
}
JGPT_KERNEL(waits_for_nobody_twin)
