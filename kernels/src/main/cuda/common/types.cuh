// The 16-bit floating-point types as the bits that they are, and their conversion to and from float32.
//
// Widening is exact. Narrowing rounds to nearest, ties to even; NaN stays NaN, and what is too large becomes infinite.
#pragma once

#include "common/cuda.cuh"

struct bf16 {
  unsigned short bits;
};

struct f16 {
  unsigned short bits;
};

JGPT_DEVICE float to_float(float x) { return x; }

JGPT_DEVICE float to_float(bf16 x) { return __uint_as_float(static_cast<unsigned>(x.bits) << 16); }

JGPT_DEVICE float to_float(f16 x) {
#if defined(__CUDACC__)
  float y;
  asm("cvt.f32.f16 %0, %1;" : "=f"(y) : "h"(x.bits));
  return y;
#else
  return static_cast<float>(__builtin_bit_cast(_Float16, x.bits));
#endif
}

template <class T>
JGPT_DEVICE T from_float(float x);

template <>
JGPT_DEVICE float from_float<float>(float x) {
  return x;
}

template <>
JGPT_DEVICE bf16 from_float<bf16>(float x) {
#if defined(__CUDACC__) && __CUDA_ARCH__ >= 800
  bf16 y;
  asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(y.bits) : "f"(x));
  return y;
#else
  unsigned bits = __float_as_uint(x);
  if ((bits & 0x7fffffffu) > 0x7f800000u) {
    return {0x7fff};  // the NaN that the instruction gives
  }
  // Half of the last place kept, less one where that place is even: a tie carries only into an odd one.
  return {static_cast<unsigned short>((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16)};
#endif
}

template <>
JGPT_DEVICE f16 from_float<f16>(float x) {
#if defined(__CUDACC__)
  f16 y;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(y.bits) : "f"(x));
  return y;
#else
  return {__builtin_bit_cast(unsigned short, static_cast<_Float16>(x))};
#endif
}
