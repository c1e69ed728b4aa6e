// What a block costs: sums over warps by shuffles and over the block through shared memory.
#include "common/host.cuh"

extern "C" __global__ void block_sum(const float* x, float* y, int rounds) {
  JGPT_SHARED(float, partial, [8]);
  float sum = x[blockIdx.x * blockDim.x + threadIdx.x];
  for (int round = 0; round < rounds; round++) {
    for (int offset = 16; offset > 0; offset /= 2) {
      sum += __shfl_xor_sync(0xffffffffu, sum, offset);
    }
    if (threadIdx.x % 32 == 0) {
      partial[threadIdx.x / 32] = sum;
    }
    __syncthreads();
    sum = partial[threadIdx.x % 8];
    __syncthreads();
  }
  y[blockIdx.x * blockDim.x + threadIdx.x] = sum;
}
JGPT_KERNEL(block_sum)
