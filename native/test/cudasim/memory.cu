// Planted: accesses that must not be. A line that a report must name ends in the bug's name.
#include "common/host.cuh"

namespace {

__device__ __forceinline__ int linear() { return static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x); }

}  // namespace

// 256 threads, fewer elements.
extern "C" __global__ void global_bounds_bug(const float* x, float* y, int) {
  y[linear()] = x[linear()];  // global_bounds
}
JGPT_KERNEL(global_bounds_bug)

extern "C" __global__ void global_bounds_twin(const float* x, float* y, int count) {
  if (linear() < count) {
    y[linear()] = x[linear()];
  }
}
JGPT_KERNEL(global_bounds_twin)

// The last row's end, read as a vector.
extern "C" __global__ void vector_beyond_end_bug(const float* x, float* y, int count) {
  if (linear() < (count + 3) / 4) {
    const float4 v = reinterpret_cast<const float4*>(x)[linear()];  // vector_beyond_end
    y[linear()] = v.x;
  }
}
JGPT_KERNEL(vector_beyond_end_bug)

extern "C" __global__ void vector_beyond_end_twin(const float* x, float* y, int count) {
  if (linear() < count / 4) {
    const float4 v = reinterpret_cast<const float4*>(x)[linear()];
    y[linear()] = v.x;
  }
}
JGPT_KERNEL(vector_beyond_end_twin)

extern "C" __global__ void shared_bounds_bug(const float* x, float* y) {
  JGPT_SHARED(float, other, [64]);
  JGPT_SHARED(float, values, [64]);
  other[threadIdx.x] = 0.0f;
  values[threadIdx.x + 1] = x[linear()];  // shared_bounds
  __syncthreads();
  y[linear()] = values[63 - threadIdx.x] + other[threadIdx.x];
}
JGPT_KERNEL(shared_bounds_bug)

extern "C" __global__ void shared_bounds_twin(const float* x, float* y) {
  JGPT_SHARED(float, other, [64]);
  JGPT_SHARED(float, values, [65]);
  other[threadIdx.x] = 0.0f;
  values[threadIdx.x + 1] = x[linear()];
  __syncthreads();
  y[linear()] = values[64 - threadIdx.x] + other[threadIdx.x];
}
JGPT_KERNEL(shared_bounds_twin)

// The launch asks for 64 floats.
extern "C" __global__ void dynamic_bounds_bug(const float* x, float* y) {
  float* values = dynamic_shared<float>();
  values[2 * threadIdx.x] = x[linear()];  // dynamic_bounds
  y[linear()] = values[2 * threadIdx.x];
}
JGPT_KERNEL(dynamic_bounds_bug)

extern "C" __global__ void dynamic_bounds_twin(const float* x, float* y) {
  float* values = dynamic_shared<float>();
  values[threadIdx.x] = x[linear()];
  y[linear()] = values[threadIdx.x];
}
JGPT_KERNEL(dynamic_bounds_twin)

extern "C" __global__ void uninitialised_shared_bug(const float* x, float* y) {
  JGPT_SHARED(float, sum, [64]);
  sum[threadIdx.x] += x[linear()];  // uninitialised_shared
  y[linear()] = sum[threadIdx.x];
}
JGPT_KERNEL(uninitialised_shared_bug)

extern "C" __global__ void uninitialised_shared_twin(const float* x, float* y) {
  JGPT_SHARED(float, sum, [64]);
  sum[threadIdx.x] = 0.0f;
  sum[threadIdx.x] += x[linear()];
  y[linear()] = sum[threadIdx.x];
}
JGPT_KERNEL(uninitialised_shared_twin)

// Nobody has written `y`.
extern "C" __global__ void uninitialised_global_bug(const float* x, float* y) {
  y[linear()] += x[linear()];  // uninitialised_global
}
JGPT_KERNEL(uninitialised_global_bug)

extern "C" __global__ void uninitialised_global_twin(const float* x, float* y) {
  y[linear()] = 1.0f;
  y[linear()] += x[linear()];
}
JGPT_KERNEL(uninitialised_global_twin)

// The first word of a pair is stored, in whatever way, before it is read; the bug forgets the second.
#define STORED(name, SECOND)                                                                  \
  extern "C" __global__ void name(const float*, float* y) {                                   \
    if (linear() < 64) {                                                                      \
      auto* const pair = reinterpret_cast<unsigned*>(y) + 2 * linear();                       \
      *static_cast<volatile unsigned*>(pair) = 1u;                                            \
      SECOND;                                                                                 \
      atomicAdd(pair, 1u);                                                                    \
      atomicAdd(pair + 1, 1u);                                                                \
    }                                                                                         \
  }                                                                                           \
  JGPT_KERNEL(name)

STORED(uninitialised_atomic_bug, (void)0)  // uninitialised_atomic
STORED(uninitialised_atomic_twin, ::cudasim::store_release_u32(pair + 1, 1u, ::cudasim::Scope::device))

// Rows of 5 floats do not start on multiples of 16 bytes.
extern "C" __global__ void misaligned_vector_bug(const float* x, float* y) {
  if (linear() < 32) {
    const float4 v = *reinterpret_cast<const float4*>(x + 5 * linear());  // misaligned_vector
    y[linear()] = v.x + v.w;
  }
}
JGPT_KERNEL(misaligned_vector_bug)

extern "C" __global__ void misaligned_vector_twin(const float* x, float* y) {
  if (linear() < 32) {
    const float4 v = *reinterpret_cast<const float4*>(x + 8 * linear());
    y[linear()] = v.x + v.w;
  }
}
JGPT_KERNEL(misaligned_vector_twin)

extern "C" __global__ void misaligned_store_bug(const float* x, float* y) {
  if (linear() < 32) {
    reinterpret_cast<float2*>(y + 1)[linear()] = make_float2(x[linear()], 0.0f);  // misaligned_store
  }
}
JGPT_KERNEL(misaligned_store_bug)

extern "C" __global__ void misaligned_store_twin(const float* x, float* y) {
  if (linear() < 32) {
    reinterpret_cast<float2*>(y + 2)[linear()] = make_float2(x[linear()], 0.0f);
  }
}
JGPT_KERNEL(misaligned_store_twin)

// `y` is written and read again in one launch, the second time through the read-only cache.
extern "C" __global__ void stale_constant_bug(const float* x, float* y) {
  y[linear()] = x[linear()];  // stale_constant
  __syncthreads();
  y[linear()] = __ldg(y + (linear() ^ 1)) + 1.0f;  // stale_constant
}
JGPT_KERNEL(stale_constant_bug)

extern "C" __global__ void stale_constant_twin(const float* x, float* y) {
  y[linear()] = __ldg(x + linear());
  __syncthreads();
  const float other = y[linear() ^ 1];
  __syncthreads();
  y[linear()] = other + 1.0f;
}
JGPT_KERNEL(stale_constant_twin)

// Read through the read-only cache first, then written.
extern "C" __global__ void constant_then_write_bug(const float*, float* y) {
  const float before = __ldg(y + linear());  // constant_then_write
  y[linear()] = before + 1.0f;  // constant_then_write
}
JGPT_KERNEL(constant_then_write_bug)

extern "C" __global__ void constant_then_write_twin(const float*, float* y) {
  const float before = y[linear()];
  y[linear()] = before + 1.0f;
}
JGPT_KERNEL(constant_then_write_twin)

// The host frees `x` before the launch runs; the twin's launch runs first.
extern "C" __global__ void use_after_free_bug(const float* x, float* y) {
  y[linear()] = x[linear()];  // use_after_free
}
JGPT_KERNEL(use_after_free_bug)

extern "C" __global__ void use_after_free_twin(const float* x, float* y) { y[linear()] = x[linear()]; }
JGPT_KERNEL(use_after_free_twin)

// A pointer to the host's memory.
extern "C" __global__ void host_pointer_bug(const float* x, float* y) {
  y[linear()] = x[linear()];  // host_pointer
}
JGPT_KERNEL(host_pointer_bug)

extern "C" __global__ void host_pointer_twin(const float* x, float* y) { y[linear()] = x[linear()]; }
JGPT_KERNEL(host_pointer_twin)

// More bytes at once than the compiler copies with one move.
struct Record {
  float values[24];
};

extern "C" __global__ void copied_record_bug(const float* x, float* y) {
  if (threadIdx.x == 0) {
    reinterpret_cast<Record*>(y)[3 - static_cast<int>(blockIdx.x)] =  // copied_record
        reinterpret_cast<const Record*>(x)[blockIdx.x];
  }
}
JGPT_KERNEL(copied_record_bug)

extern "C" __global__ void copied_record_twin(const float* x, float* y) {
  if (threadIdx.x == 0 && blockIdx.x > 0) {
    reinterpret_cast<Record*>(y)[blockIdx.x - 1] = reinterpret_cast<const Record*>(x)[blockIdx.x];
  }
}
JGPT_KERNEL(copied_record_twin)

// The launch needs an opt-in for its shared memory, and has none.
extern "C" __global__ void forgotten_opt_in_bug(const float* x, float* y) {
  float* values = dynamic_shared<float>();
  values[threadIdx.x] = x[linear()];
  y[linear()] = values[threadIdx.x];
}
JGPT_KERNEL(forgotten_opt_in_bug)

extern "C" __global__ void forgotten_opt_in_twin(const float* x, float* y) {
  float* values = dynamic_shared<float>();
  values[15000 + threadIdx.x] = x[linear()];
  y[linear()] = values[15000 + threadIdx.x];
}
JGPT_KERNEL(forgotten_opt_in_twin)
