// Shuffles, votes and __syncwarp. A value moves as 64 bits; none of them but __syncwarp orders memory.
#pragma once

#include <cstdint>
#include <cstring>

#include "common/host/language.cuh"

namespace cudasim {

template <class T>
__forceinline__ T shuffle_value(unsigned mask, T value, unsigned source) {
  static_assert(sizeof(T) == 4 || sizeof(T) == 8, "shuffles move 32 or 64 bits");
  std::uint64_t bits = 0;
  __builtin_memcpy(&bits, &value, sizeof value);
  bits = shuffle(mask, bits, source);
  __builtin_memcpy(&value, &bits, sizeof value);
  return value;
}

}  // namespace cudasim

__forceinline__ void __syncwarp(unsigned mask = 0xffffffffu) { ::cudasim::sync_warp(mask); }

// `width` divides a warp into segments of their own: a power of two.
template <class T>
__forceinline__ T __shfl_sync(unsigned mask, T value, int source, int width = 32) {
  const unsigned segment = ::cudasim::lane() & ~static_cast<unsigned>(width - 1);
  return ::cudasim::shuffle_value(mask, value, segment | (static_cast<unsigned>(source) & static_cast<unsigned>(width - 1)));
}

template <class T>
__forceinline__ T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32) {
  const unsigned lane = ::cudasim::lane();
  const unsigned inside = lane & static_cast<unsigned>(width - 1);
  return ::cudasim::shuffle_value(mask, value, inside >= delta ? lane - delta : lane);
}

template <class T>
__forceinline__ T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32) {
  const unsigned lane = ::cudasim::lane();
  const unsigned inside = lane & static_cast<unsigned>(width - 1);
  return ::cudasim::shuffle_value(mask, value, inside + delta < static_cast<unsigned>(width) ? lane + delta : lane);
}

// With a width, a lane of an earlier segment may be read, one of a later segment may not.
template <class T>
__forceinline__ T __shfl_xor_sync(unsigned mask, T value, int lanes, int width = 32) {
  const unsigned lane = ::cudasim::lane();
  const unsigned end = (lane & ~static_cast<unsigned>(width - 1)) + static_cast<unsigned>(width);
  const unsigned source = lane ^ static_cast<unsigned>(lanes);
  return ::cudasim::shuffle_value(mask, value, source < end ? source : lane);
}

__forceinline__ unsigned __ballot_sync(unsigned mask, int predicate) { return ::cudasim::ballot(mask, predicate != 0); }
__forceinline__ int __any_sync(unsigned mask, int predicate) { return ::cudasim::ballot(mask, predicate != 0) != 0; }
__forceinline__ int __all_sync(unsigned mask, int predicate) { return ::cudasim::ballot(mask, predicate == 0) == 0; }
