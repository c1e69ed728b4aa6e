// Accesses of 16 bytes, the widest there are: a warp moves 512 bytes with one. V is a type of 16 bytes (float4, uint4,
// int4); the address must be a multiple of 16.
#pragma once

#include "common/cuda.cuh"
#include "common/types.cuh"

// How many elements of T are 16 bytes.
template <class T>
inline constexpr int kPerVector = 16 / static_cast<int>(sizeof(T));

// Memory of any kind that this launch may also write.
template <class V>
JGPT_DEVICE V load16(const void* from) {
  static_assert(sizeof(V) == 16);
#if !defined(__CUDACC__)
  cudasim::require_aligned(from, 16);
#endif
  return *static_cast<const V*>(from);
}

template <class V>
JGPT_DEVICE void store16(void* to, V value) {
  static_assert(sizeof(V) == 16);
#if !defined(__CUDACC__)
  cudasim::require_aligned(to, 16);
#endif
  *static_cast<V*>(to) = value;
}

// Global memory that nobody writes while the kernel runs, and that will soon be read again: activations of an earlier
// launch, gains and biases.
template <class V>
JGPT_DEVICE V load16_constant(const void* from) {
  static_assert(sizeof(V) == 16);
#if defined(__CUDACC__)
  uint4 bits;
  asm("ld.global.nc.v4.u32 {%0, %1, %2, %3}, [%4];"
      : "=r"(bits.x), "=r"(bits.y), "=r"(bits.z), "=r"(bits.w)
      : "l"(__cvta_generic_to_global(from)));
  return __builtin_bit_cast(V, bits);
#else
  V value;
  cudasim::load_constant(&value, from, 16);
  return value;
#endif
}

// The same, read once: weights. They leave the caches first, so that what is read again stays. Volatile, so that the
// loads are issued where they stand, ahead of what waits for something else.
JGPT_DEVICE uint4 load16_stream(const void* from) {
#if defined(__CUDACC__)
  uint4 bits;
  asm volatile("ld.global.cs.nc.v4.u32 {%0, %1, %2, %3}, [%4];"
               : "=r"(bits.x), "=r"(bits.y), "=r"(bits.z), "=r"(bits.w)
               : "l"(__cvta_generic_to_global(from)));
  return bits;
#else
  return load16_constant<uint4>(from);
#endif
}

// One element of memory that nobody writes while the kernel runs.
JGPT_DEVICE float load_constant(const float* from) { return __ldg(from); }
JGPT_DEVICE bf16 load_constant(const bf16* from) { return {__ldg(&from->bits)}; }
JGPT_DEVICE f16 load_constant(const f16* from) { return {__ldg(&from->bits)}; }

JGPT_DEVICE bool is_aligned16(const void* p) { return reinterpret_cast<unsigned long long>(p) % 16 == 0; }

// The 16 / sizeof(W) weights of a vector, widened.
template <class W>
JGPT_DEVICE void unpack(uint4 vector, float (&to)[kPerVector<W>]);

template <>
JGPT_DEVICE void unpack<float>(uint4 vector, float (&to)[4]) {
  to[0] = __uint_as_float(vector.x);
  to[1] = __uint_as_float(vector.y);
  to[2] = __uint_as_float(vector.z);
  to[3] = __uint_as_float(vector.w);
}

template <>
JGPT_DEVICE void unpack<bf16>(uint4 vector, float (&to)[8]) {
  const unsigned pairs[4] = {vector.x, vector.y, vector.z, vector.w};
#pragma unroll
  for (int i = 0; i < 4; i++) {
    to[2 * i] = __uint_as_float(pairs[i] << 16);
    to[2 * i + 1] = __uint_as_float(pairs[i] & 0xffff0000u);
  }
}

template <>
JGPT_DEVICE void unpack<f16>(uint4 vector, float (&to)[8]) {
  const unsigned pairs[4] = {vector.x, vector.y, vector.z, vector.w};
#pragma unroll
  for (int i = 0; i < 4; i++) {
    to[2 * i] = to_float(f16{static_cast<unsigned short>(pairs[i])});
    to[2 * i + 1] = to_float(f16{static_cast<unsigned short>(pairs[i] >> 16)});
  }
}
