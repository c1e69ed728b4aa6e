// Small kernels whose results show in which order they ran.
#include "common/cuda.cuh"

extern "C" __global__ void add(int* data, int value) { *data += value; }
JGPT_KERNEL(add)

extern "C" __global__ void multiply_add(int* data, int factor, int value) { *data = *data * factor + value; }
JGPT_KERNEL(multiply_add)

// data[0] counts, data[1...] is what was appended.
extern "C" __global__ void append(int* data, int value) {
  data[0] += 1;
  data[data[0]] = value;
}
JGPT_KERNEL(append)

extern "C" __global__ void mixed(double* out, int i, double d, float f, unsigned long long u) {
  out[0] = i;
  out[1] = d;
  out[2] = f;
  out[3] = static_cast<double>(u);
}
JGPT_KERNEL(mixed)

extern "C" __global__ void blocks(int* data) { data[blockIdx.x] = static_cast<int>(gridDim.x); }
JGPT_KERNEL(blocks)
