// Atomics on integers, without order of their own, and fences. There are none on floating-point numbers: sums have a
// fixed order.
#pragma once

#include <concepts>
#include <cstdint>

#include "common/host/language.cuh"

namespace cudasim {

template <class T>
concept AtomicInteger = std::integral<T> && (sizeof(T) == 4 || sizeof(T) == 8);

template <AtomicInteger T>
__forceinline__ T atomic(Atomic operation, T* at, T operand) {
  if constexpr (sizeof(T) == 4 && std::is_signed_v<T>) {
    return static_cast<T>(atomic_i32(operation, reinterpret_cast<std::int32_t*>(at), operand));
  } else if constexpr (sizeof(T) == 4) {
    return static_cast<T>(atomic_u32(operation, reinterpret_cast<std::uint32_t*>(at), operand));
  } else if constexpr (std::is_signed_v<T>) {
    return static_cast<T>(atomic_i64(operation, reinterpret_cast<std::int64_t*>(at), operand));
  } else {
    return static_cast<T>(atomic_u64(operation, reinterpret_cast<std::uint64_t*>(at), operand));
  }
}

}  // namespace cudasim

#define CUDASIM_ATOMIC(name, operation)                                          \
  template <::cudasim::AtomicInteger T>                                          \
  __forceinline__ T name(T* at, std::type_identity_t<T> operand) {               \
    return ::cudasim::atomic(::cudasim::Atomic::operation, at, operand);         \
  }

CUDASIM_ATOMIC(atomicAdd, add)
CUDASIM_ATOMIC(atomicMin, min)
CUDASIM_ATOMIC(atomicMax, max)
CUDASIM_ATOMIC(atomicExch, exchange)
CUDASIM_ATOMIC(atomicAnd, bit_and)
CUDASIM_ATOMIC(atomicOr, bit_or)
CUDASIM_ATOMIC(atomicXor, bit_xor)

#undef CUDASIM_ATOMIC

template <::cudasim::AtomicInteger T>
__forceinline__ T atomicSub(T* at, std::type_identity_t<T> operand) {
  return ::cudasim::atomic(::cudasim::Atomic::add, at, static_cast<T>(-static_cast<std::make_unsigned_t<T>>(operand)));
}
__forceinline__ unsigned atomicInc(unsigned* at, unsigned last) {
  return ::cudasim::atomic(::cudasim::Atomic::increment, at, last);
}
__forceinline__ unsigned atomicDec(unsigned* at, unsigned last) {
  return ::cudasim::atomic(::cudasim::Atomic::decrement, at, last);
}

template <::cudasim::AtomicInteger T>
__forceinline__ T atomicCAS(T* at, std::type_identity_t<T> expected, std::type_identity_t<T> desired) {
  if constexpr (sizeof(T) == 4) {
    return static_cast<T>(::cudasim::compare_and_swap_u32(reinterpret_cast<std::uint32_t*>(at),
                                                          static_cast<std::uint32_t>(expected),
                                                          static_cast<std::uint32_t>(desired)));
  } else {
    return static_cast<T>(::cudasim::compare_and_swap_u64(reinterpret_cast<std::uint64_t*>(at),
                                                          static_cast<std::uint64_t>(expected),
                                                          static_cast<std::uint64_t>(desired)));
  }
}

__forceinline__ void __threadfence_block() { ::cudasim::fence(::cudasim::Scope::block); }
__forceinline__ void __threadfence() { ::cudasim::fence(::cudasim::Scope::device); }
__forceinline__ void __threadfence_system() { ::cudasim::fence(::cudasim::Scope::device); }
