// Asynchronous copies, barriers in memory and matrices: planted bugs, and kernels whose results tests.cpp compares. nvcc
// takes this file too (scripts/build-kernels --check), for no kernel that ships calls all of these functions.
#include "common/async_copy.cuh"
#include "common/cuda.cuh"
#include "common/grid_barrier.cuh"
#include "common/mbarrier.cuh"
#include "common/mma.cuh"

namespace {

JGPT_DEVICE int linear() { return static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x); }

}  // namespace

// 64 threads copy 16 bytes each and use them before they have landed.
extern "C" __global__ void async_not_waited_bug(const float* x, float* y) {
  JGPT_SHARED(float, tile, [256]);
  copy_async16(tile + 4 * threadIdx.x, x + 4 * linear());
  close_copy_group();
  y[linear()] = tile[4 * threadIdx.x];  // async_not_waited
}
JGPT_KERNEL(async_not_waited_bug)

extern "C" __global__ void async_not_waited_twin(const float* x, float* y) {
  JGPT_SHARED(float, tile, [256]);
  copy_async16(tile + 4 * threadIdx.x, x + 4 * linear());
  close_copy_group();
  wait_for_copies<0>();
  y[linear()] = tile[4 * threadIdx.x];
}
JGPT_KERNEL(async_not_waited_twin)

// Waited for by who copied, read by another.
extern "C" __global__ void async_without_barrier_bug(const float* x, float* y) {
  JGPT_SHARED(float, tile, [256]);
  for (int i = 0; i < 4; i++) {
    tile[4 * threadIdx.x + static_cast<unsigned>(i)] = 0.0f;
  }
  __syncthreads();
  copy_async16(tile + 4 * threadIdx.x, x + 4 * linear());  // async_without_barrier
  close_copy_group();
  wait_for_copies<0>();
  __syncwarp();
  y[linear()] = tile[4 * (threadIdx.x ^ 32u)];  // async_without_barrier
}
JGPT_KERNEL(async_without_barrier_bug)

extern "C" __global__ void async_without_barrier_twin(const float* x, float* y) {
  JGPT_SHARED(float, tile, [256]);
  copy_async16(tile + 4 * threadIdx.x, x + 4 * linear());
  close_copy_group();
  wait_for_copies<0>();
  __syncthreads();
  y[linear()] = tile[4 * (threadIdx.x ^ 32u)];
}
JGPT_KERNEL(async_without_barrier_twin)

// Two stages: the bug waits for all but two groups where one may be left.
extern "C" __global__ void async_wrong_group_bug(const float* x, float* y) {
  JGPT_SHARED(float, tile, [2][256]);
  float sum = 0.0f;
  copy_async16(&tile[0][4 * threadIdx.x], x + 4 * linear());
  close_copy_group();
  copy_async16(&tile[1][4 * threadIdx.x], x + 4 * linear());
  close_copy_group();
  wait_for_copies<2>();
  sum += tile[0][4 * threadIdx.x];  // async_wrong_group
  y[linear()] = sum;
}
JGPT_KERNEL(async_wrong_group_bug)

extern "C" __global__ void async_wrong_group_twin(const float* x, float* y) {
  JGPT_SHARED(float, tile, [2][256]);
  float sum = 0.0f;
  copy_async16(&tile[0][4 * threadIdx.x], x + 4 * linear());
  close_copy_group();
  copy_async16(&tile[1][4 * threadIdx.x], x + 4 * linear());
  close_copy_group();
  wait_for_copies<1>();
  sum += tile[0][4 * threadIdx.x];
  wait_for_copies<0>();
  sum += tile[1][4 * threadIdx.x];
  y[linear()] = sum;
}
JGPT_KERNEL(async_wrong_group_twin)

// One warp produces, the other consumes, over two phases of a barrier in shared memory.
#define PRODUCER(name, WAIT_FULL)                                                       \
  extern "C" __global__ void name(const float* x, float* y) {                           \
    JGPT_SHARED(PhaseBarrier, full, );                                                  \
    JGPT_SHARED(PhaseBarrier, empty, );                                                 \
    JGPT_SHARED(float, slot, [32]);                                                     \
    if (threadIdx.x == 0) {                                                             \
      start_barrier(full, 32);                                                          \
      start_barrier(empty, 32);                                                         \
    }                                                                                   \
    if (threadIdx.x < 32) {                                                             \
      slot[threadIdx.x] = 0.0f;                                                         \
    }                                                                                   \
    __syncthreads();                                                                    \
    for (unsigned round = 0; round < 3; round++) {                                      \
      if (threadIdx.x < 32) {                                                           \
        if (round > 0) {                                                                \
          wait_for_phase(empty, (round - 1) % 2);                                       \
        }                                                                               \
        slot[threadIdx.x] = x[linear()] + static_cast<float>(round);                    \
        arrive(full);                                                                   \
      } else {                                                                          \
        WAIT_FULL;                                                                      \
        y[linear()] = slot[63 - threadIdx.x];                                           \
        arrive(empty);                                                                  \
      }                                                                                 \
    }                                                                                   \
  }                                                                                     \
  JGPT_KERNEL(name)

PRODUCER(mbarrier_not_waited_bug, (void)0)  // mbarrier_not_waited
PRODUCER(mbarrier_not_waited_twin, wait_for_phase(full, round % 2))

// Blocks read what their neighbours wrote, twice.
#define NEIGHBOURS(name, BARRIER)                                                             \
  extern "C" __global__ void name(const float* x, float* y, unsigned* counter) {              \
    const int all = static_cast<int>(gridDim.x * blockDim.x);                                 \
    float value = x[linear()];                                                                \
    for (int round = 0; round < 2; round++) {                                                 \
      y[linear()] = value;                                                                    \
      BARRIER;                                                                                \
      value += y[(linear() + static_cast<int>(blockDim.x)) % all];                            \
      BARRIER;                                                                                \
    }                                                                                         \
    y[linear()] = value;                                                                      \
    if (counter == nullptr) {                                                                 \
      __trap();                                                                               \
    }                                                                                         \
  }                                                                                           \
  JGPT_KERNEL(name)

NEIGHBOURS(missing_grid_barrier_bug, __syncthreads())  // missing_grid_barrier
NEIGHBOURS(missing_grid_barrier_twin, grid_barrier(counter))
NEIGHBOURS(grid_counter_dirty_bug, grid_barrier(counter))  // grid_counter_dirty
NEIGHBOURS(grid_counter_dirty_twin, grid_barrier(counter))
NEIGHBOURS(grid_not_cooperative_bug, grid_barrier(counter))  // grid_not_cooperative
NEIGHBOURS(grid_not_cooperative_twin, grid_barrier(counter))

// out [16][8] = a [16][K] * b [K][8] of one warp, A through ldmatrix; kTransposed: a is [K][16].
template <class W, bool kTransposed>
JGPT_DEVICE void product16(const W* a, const W* b, float* out) {
  JGPT_SHARED(W, tile, [16 * 16]);
  for (int i = lane_id(); i < 256; i += 32) {
    tile[i] = a[i];
  }
  __syncwarp();
  unsigned fragment[4];
  const int row = lane_id() % 8;
  const int matrix = lane_id() / 8;
  // Matrix 1 lies 8 rows below, matrix 2 at 8 columns to the right, matrix 3 at both.
  const int r = kTransposed ? row + matrix / 2 * 8 : row + matrix % 2 * 8;
  const int c = kTransposed ? matrix % 2 * 8 : matrix / 2 * 8;
  load_matrices<kTransposed>(fragment, tile + r * 16 + c);
  const int g = lane_id() / 4;
  const int t = lane_id() % 4;
  unsigned right[2];
  for (int half = 0; half < 2; half++) {
    const unsigned low = b[(8 * half + 2 * t) * 8 + g].bits;
    const unsigned high = b[(8 * half + 2 * t + 1) * 8 + g].bits;
    right[half] = low | high << 16;
  }
  float sum[4] = {1.0f, 2.0f, 3.0f, 4.0f};
  multiply_add<W>(sum, fragment, right);
  for (int i = 0; i < 4; i++) {
    out[(g + i / 2 * 8) * 8 + 2 * t + i % 2] = sum[i];
  }
}

extern "C" __global__ void product_bf16(const bf16* a, const bf16* b, float* out) {
  product16<bf16, false>(a, b, out);
}
JGPT_KERNEL(product_bf16)

extern "C" __global__ void product_f16_transposed(const f16* a, const f16* b, float* out) {
  product16<f16, true>(a, b, out);
}
JGPT_KERNEL(product_f16_transposed)

// m16n8k8: the left half of a, the upper half of b.
extern "C" __global__ void product_f16_k8(const f16* a, const f16* b, float* out) {
  const int g = lane_id() / 4;
  const int t = lane_id() % 4;
  const unsigned* pairs = reinterpret_cast<const unsigned*>(a);
  const unsigned left[2] = {pairs[g * 8 + t], pairs[(g + 8) * 8 + t]};
  const unsigned right[1] = {b[2 * t * 8 + g].bits | static_cast<unsigned>(b[(2 * t + 1) * 8 + g].bits) << 16};
  float sum[4] = {1.0f, 2.0f, 3.0f, 4.0f};
  multiply_add(sum, left, right);
  for (int i = 0; i < 4; i++) {
    out[(g + i / 2 * 8) * 8 + 2 * t + i % 2] = sum[i];
  }
}
JGPT_KERNEL(product_f16_k8)
