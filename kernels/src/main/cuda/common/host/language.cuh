// Function and variable qualifiers, built-in variables, kernels and shared memory.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include "common/host/simulator.cuh"
#include "common/host/vectors.cuh"

#define __global__
#define __device__
#define __host__
#define __constant__
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))
#define __launch_bounds__(...)
#define __align__(bytes) alignas(bytes)

#define threadIdx (::cudasim::thread_index())
#define blockIdx (::cudasim::block_index())
#define blockDim (::cudasim::block_size())
#define gridDim (::cudasim::grid_size())
constexpr int warpSize = 32;

namespace cudasim {

template <std::size_t offset>
__forceinline__ uint3 coordinates() {
  return {coordinate<offset>(), coordinate<offset + 4>(), coordinate<offset + 8>()};
}

__forceinline__ uint3 thread_index() { return coordinates<offsetof(Coordinates, thread_index)>(); }
__forceinline__ uint3 block_index() { return coordinates<offsetof(Coordinates, block_index)>(); }
__forceinline__ dim3 block_size() { return coordinates<offsetof(Coordinates, block_size)>(); }
__forceinline__ dim3 grid_size() { return coordinates<offsetof(Coordinates, grid_size)>(); }
__forceinline__ unsigned lane() { return coordinate<offsetof(Coordinates, lane)>(); }

// What cuLaunchKernel must know of a kernel, from its C++ type.
template <auto function>
struct Described;

template <class... P, void (*function)(P...)>
struct Described<function> {
  static_assert(((std::is_scalar_v<P>) && ...), "a kernel's parameters are pointers and numbers");

  template <class T>
  static constexpr Parameter parameter() {
    return {std::is_pointer_v<T>          ? Kind::pointer
            : std::is_floating_point_v<T> ? Kind::floating
                                          : Kind::integer,
            sizeof(T)};
  }
  // One more than there are: an array has at least one element.
  static constexpr Parameter parameters[sizeof...(P) + 1] = {parameter<P>()..., {}};

  template <std::size_t... index>
  static __attribute__((no_sanitize("thread", "alignment"))) void call(void* const* arguments,
                                                                       std::index_sequence<index...>) {
    function(*static_cast<P*>(arguments[index])...);
  }
  static __attribute__((no_sanitize("thread", "alignment"))) void invoke(void* const* arguments) {
    call(arguments, std::index_sequence_for<P...>());
  }

  static Kernel kernel(const char* name, const char* file) {
    return {name, file, std::span<const Parameter>(parameters, sizeof...(P)), invoke};
  }
};

}  // namespace cudasim

// After a kernel's definition: makes it known to the simulator by its name.
#define JGPT_KERNEL(name) \
  static const ::cudasim::Registration name##_registration(::cudasim::Described<&name>::kernel(#name, __FILE__));

// A variable of the block: JGPT_SHARED(float, tile, [32][33]); then `tile` is an array, JGPT_SHARED(int, last, ); a
// scalar. What it holds at first is poison.
#define JGPT_SHARED(type, name, shape)                                                                        \
  static const char name##_key = 0;                                                                           \
  using name##_type = type shape;                                                                             \
  name##_type& name = *static_cast<name##_type*>(                                                             \
      ::cudasim::shared_variable(&name##_key, #name, sizeof(name##_type), alignof(name##_type) > 16 ? alignof(name##_type) : 16))

// The block's dynamic shared memory, of as many bytes as the launch asked for.
template <class T>
__forceinline__ T* dynamic_shared() {
  return static_cast<T*>(::cudasim::dynamic_shared_memory());
}

// Barriers of the block. The place of the call tells them apart.
__forceinline__ void __syncthreads(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  ::cudasim::sync_threads(file, line);
}
__forceinline__ int __syncthreads_count(int predicate, const char* file = __builtin_FILE(),
                                        int line = __builtin_LINE()) {
  return static_cast<int>(::cudasim::sync_threads_vote(predicate != 0, file, line).count);
}
__forceinline__ int __syncthreads_or(int predicate, const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  return ::cudasim::sync_threads_vote(predicate != 0, file, line).count > 0;
}
__forceinline__ int __syncthreads_and(int predicate, const char* file = __builtin_FILE(),
                                      int line = __builtin_LINE()) {
  const ::cudasim::Votes votes = ::cudasim::sync_threads_vote(predicate != 0, file, line);
  return votes.count == votes.of;
}

[[noreturn]] __forceinline__ void __trap() { ::cudasim::trap("the kernel called __trap()"); }
