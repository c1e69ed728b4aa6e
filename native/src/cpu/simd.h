/*
 * Vectors of float32 as wide as the instruction set has them: W lanes. Only what the kernels use.
 */
#ifndef JGPT_SIMD_H
#define JGPT_SIMD_H

#include <immintrin.h>
#include <stdint.h>

/* name_avx512 and so on: the same function for several instruction sets. */
#define JGPT_JOIN2(a, b) a##_##b
#define JGPT_JOIN(a, b) JGPT_JOIN2(a, b)
#define ISA_NAME(name) JGPT_JOIN(name, JGPT_ISA)

#define INLINE static inline __attribute__((always_inline))

#if defined(__AVX512F__)

#define W 16
typedef __m512 vf;
typedef __m512i vi;
typedef __mmask16 vm;

INLINE vf vf_zero(void) { return _mm512_setzero_ps(); }
INLINE vf vf_set1(float x) { return _mm512_set1_ps(x); }
INLINE vf vf_load(const float *p) { return _mm512_loadu_ps(p); }
INLINE void vf_store(float *p, vf a) { _mm512_storeu_ps(p, a); }
/* The first n lanes, 0 <= n <= W; the other lanes load as 0 and do not touch memory. */
INLINE vm vm_first(int64_t n) { return (vm)((1u << n) - 1); }
INLINE vf vf_load_first(const float *p, int64_t n) { return _mm512_maskz_loadu_ps(vm_first(n), p); }
INLINE void vf_store_first(float *p, int64_t n, vf a) { _mm512_mask_storeu_ps(p, vm_first(n), a); }
INLINE vf vf_add(vf a, vf b) { return _mm512_add_ps(a, b); }
INLINE vf vf_sub(vf a, vf b) { return _mm512_sub_ps(a, b); }
INLINE vf vf_mul(vf a, vf b) { return _mm512_mul_ps(a, b); }
INLINE vf vf_div(vf a, vf b) { return _mm512_div_ps(a, b); }
INLINE vf vf_fma(vf a, vf b, vf c) { return _mm512_fmadd_ps(a, b, c); }
/* Like the instructions: b if either is NaN. */
INLINE vf vf_max(vf a, vf b) { return _mm512_max_ps(a, b); }
INLINE vf vf_min(vf a, vf b) { return _mm512_min_ps(a, b); }
INLINE vf vf_abs(vf a) { return _mm512_abs_ps(a); }
INLINE vm vf_less(vf a, vf b) { return _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ); }
/* b where m, else a. */
INLINE vf vf_select(vm m, vf a, vf b) { return _mm512_mask_blend_ps(m, a, b); }
INLINE float vf_sum(vf a) { return _mm512_reduce_add_ps(a); }
INLINE float vf_top(vf a) { return _mm512_reduce_max_ps(a); }
INLINE float vf_lane0(vf a) { return _mm512_cvtss_f32(a); }
/* To nearest, ties to even. */
INLINE vi vf_round(vf a) { return _mm512_cvtps_epi32(a); }

INLINE vi vi_load(const void *p) { return _mm512_loadu_si512(p); }
INLINE void vi_store(void *p, vi a) { _mm512_storeu_si512(p, a); }
INLINE vi vi_zero(void) { return _mm512_setzero_si512(); }
INLINE vi vi_set1(int32_t x) { return _mm512_set1_epi32(x); }
INLINE vi vi_add(vi a, vi b) { return _mm512_add_epi32(a, b); }
INLINE vi vi_sub(vi a, vi b) { return _mm512_sub_epi32(a, b); }
INLINE vi vi_and(vi a, vi b) { return _mm512_and_si512(a, b); }
INLINE vi vi_xor(vi a, vi b) { return _mm512_xor_si512(a, b); }
INLINE vi vi_shl(vi a, int n) { return _mm512_slli_epi32(a, (unsigned)n); }
INLINE vi vi_shr(vi a, int n) { return _mm512_srli_epi32(a, (unsigned)n); }
INLINE vf vi_float(vi a) { return _mm512_cvtepi32_ps(a); }
INLINE vf vi_as_float(vi a) { return _mm512_castsi512_ps(a); }
INLINE vi vf_as_int(vf a) { return _mm512_castps_si512(a); }

INLINE vf vf_from_f16(const void *p) { return _mm512_cvtph_ps(_mm256_loadu_si256(p)); }
INLINE void vf_to_f16(void *p, vf a) { _mm256_storeu_si256(p, _mm512_cvtps_ph(a, _MM_FROUND_TO_NEAREST_INT)); }
INLINE vf vf_from_bf16(const void *p) {
  return vi_as_float(vi_shl(_mm512_cvtepu16_epi32(_mm256_loadu_si256(p)), 16));
}
/* The low 16 bits of each lane. */
INLINE void vi_store16(void *p, vi a) { _mm256_storeu_si256(p, _mm512_cvtepi32_epi16(a)); }

/* Lane i of the result is the sum of a[i]. Destroys a. */
INLINE vf vf_sums(vf a[16]) {
#pragma GCC unroll 8
  for (int i = 0; i < 8; i++) {
    a[i] = vf_add(_mm512_unpacklo_ps(a[2 * i], a[2 * i + 1]), _mm512_unpackhi_ps(a[2 * i], a[2 * i + 1]));
  }
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    __m512d x = _mm512_castps_pd(a[2 * i]);
    __m512d y = _mm512_castps_pd(a[2 * i + 1]);
    a[i] = vf_add(_mm512_castpd_ps(_mm512_unpacklo_pd(x, y)), _mm512_castpd_ps(_mm512_unpackhi_pd(x, y)));
  }
#pragma GCC unroll 2
  for (int i = 0; i < 2; i++) {
    vf x = a[2 * i];
    vf y = a[2 * i + 1];
    a[i] = vf_add(_mm512_shuffle_f32x4(x, y, 0x88), _mm512_shuffle_f32x4(x, y, 0xdd));
  }
  return vf_add(_mm512_shuffle_f32x4(a[0], a[1], 0x88), _mm512_shuffle_f32x4(a[0], a[1], 0xdd));
}

/* Transposes W vectors of W lanes in place. */
INLINE void vf_transpose(vf a[16]) {
  vf b[16];
#pragma GCC unroll 8
  for (int i = 0; i < 8; i++) {
    b[2 * i] = _mm512_unpacklo_ps(a[2 * i], a[2 * i + 1]);
    b[2 * i + 1] = _mm512_unpackhi_ps(a[2 * i], a[2 * i + 1]);
  }
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    for (int half = 0; half < 2; half++) {
      __m512d x = _mm512_castps_pd(b[4 * i + half]);
      __m512d y = _mm512_castps_pd(b[4 * i + 2 + half]);
      a[4 * i + 2 * half] = _mm512_castpd_ps(_mm512_unpacklo_pd(x, y));
      a[4 * i + 2 * half + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(x, y));
    }
  }
  /* a[4i + j] holds columns j, 4+j, 8+j, 12+j of rows 4i .. 4i+3 in its four parts. */
#pragma GCC unroll 4
  for (int j = 0; j < 4; j++) {
    vf low = _mm512_shuffle_f32x4(a[j], a[4 + j], 0x88);
    vf high = _mm512_shuffle_f32x4(a[j], a[4 + j], 0xdd);
    vf low2 = _mm512_shuffle_f32x4(a[8 + j], a[12 + j], 0x88);
    vf high2 = _mm512_shuffle_f32x4(a[8 + j], a[12 + j], 0xdd);
    b[j] = _mm512_shuffle_f32x4(low, low2, 0x88);
    b[8 + j] = _mm512_shuffle_f32x4(low, low2, 0xdd);
    b[4 + j] = _mm512_shuffle_f32x4(high, high2, 0x88);
    b[12 + j] = _mm512_shuffle_f32x4(high, high2, 0xdd);
  }
#pragma GCC unroll 16
  for (int i = 0; i < 16; i++) {
    a[i] = b[i];
  }
}

#elif defined(__AVX2__)

#define W 8
typedef __m256 vf;
typedef __m256i vi;
typedef __m256 vm;

INLINE vf vf_zero(void) { return _mm256_setzero_ps(); }
INLINE vf vf_set1(float x) { return _mm256_set1_ps(x); }
INLINE vf vf_load(const float *p) { return _mm256_loadu_ps(p); }
INLINE void vf_store(float *p, vf a) { _mm256_storeu_ps(p, a); }
INLINE __m256i first_lanes(int64_t n) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
INLINE vm vm_first(int64_t n) { return _mm256_castsi256_ps(first_lanes(n)); }
INLINE vf vf_load_first(const float *p, int64_t n) { return _mm256_maskload_ps(p, first_lanes(n)); }
INLINE void vf_store_first(float *p, int64_t n, vf a) { _mm256_maskstore_ps(p, first_lanes(n), a); }
INLINE vf vf_add(vf a, vf b) { return _mm256_add_ps(a, b); }
INLINE vf vf_sub(vf a, vf b) { return _mm256_sub_ps(a, b); }
INLINE vf vf_mul(vf a, vf b) { return _mm256_mul_ps(a, b); }
INLINE vf vf_div(vf a, vf b) { return _mm256_div_ps(a, b); }
INLINE vf vf_fma(vf a, vf b, vf c) { return _mm256_fmadd_ps(a, b, c); }
INLINE vf vf_max(vf a, vf b) { return _mm256_max_ps(a, b); }
INLINE vf vf_min(vf a, vf b) { return _mm256_min_ps(a, b); }
INLINE vf vf_abs(vf a) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a); }
INLINE vm vf_less(vf a, vf b) { return _mm256_cmp_ps(a, b, _CMP_LT_OQ); }
INLINE vf vf_select(vm m, vf a, vf b) { return _mm256_blendv_ps(a, b, m); }
INLINE float vf_sum(vf a) {
  __m128 x = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
  x = _mm_add_ps(x, _mm_movehl_ps(x, x));
  return _mm_cvtss_f32(_mm_add_ss(x, _mm_movehdup_ps(x)));
}
INLINE float vf_top(vf a) {
  __m128 x = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
  x = _mm_max_ps(x, _mm_movehl_ps(x, x));
  return _mm_cvtss_f32(_mm_max_ss(x, _mm_movehdup_ps(x)));
}
INLINE float vf_lane0(vf a) { return _mm256_cvtss_f32(a); }
INLINE vi vf_round(vf a) { return _mm256_cvtps_epi32(a); }

INLINE vi vi_load(const void *p) { return _mm256_loadu_si256(p); }
INLINE void vi_store(void *p, vi a) { _mm256_storeu_si256(p, a); }
INLINE vi vi_zero(void) { return _mm256_setzero_si256(); }
INLINE vi vi_set1(int32_t x) { return _mm256_set1_epi32(x); }
INLINE vi vi_add(vi a, vi b) { return _mm256_add_epi32(a, b); }
INLINE vi vi_sub(vi a, vi b) { return _mm256_sub_epi32(a, b); }
INLINE vi vi_and(vi a, vi b) { return _mm256_and_si256(a, b); }
INLINE vi vi_xor(vi a, vi b) { return _mm256_xor_si256(a, b); }
INLINE vi vi_shl(vi a, int n) { return _mm256_slli_epi32(a, n); }
INLINE vi vi_shr(vi a, int n) { return _mm256_srli_epi32(a, n); }
INLINE vf vi_float(vi a) { return _mm256_cvtepi32_ps(a); }
INLINE vf vi_as_float(vi a) { return _mm256_castsi256_ps(a); }
INLINE vi vf_as_int(vf a) { return _mm256_castps_si256(a); }

INLINE vf vf_from_f16(const void *p) { return _mm256_cvtph_ps(_mm_loadu_si128(p)); }
INLINE void vf_to_f16(void *p, vf a) { _mm_storeu_si128(p, _mm256_cvtps_ph(a, _MM_FROUND_TO_NEAREST_INT)); }
INLINE vf vf_from_bf16(const void *p) {
  return vi_as_float(vi_shl(_mm256_cvtepu16_epi32(_mm_loadu_si128(p)), 16));
}
INLINE void vi_store16(void *p, vi a) {
  a = vi_and(a, vi_set1(0xffff));
  __m128i low = _mm256_castsi256_si128(a);
  _mm_storeu_si128(p, _mm_packus_epi32(low, _mm256_extracti128_si256(a, 1)));
}

INLINE vf vf_sums(vf a[8]) {
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    a[i] = vf_add(_mm256_unpacklo_ps(a[2 * i], a[2 * i + 1]), _mm256_unpackhi_ps(a[2 * i], a[2 * i + 1]));
  }
#pragma GCC unroll 2
  for (int i = 0; i < 2; i++) {
    __m256d x = _mm256_castps_pd(a[2 * i]);
    __m256d y = _mm256_castps_pd(a[2 * i + 1]);
    a[i] = vf_add(_mm256_castpd_ps(_mm256_unpacklo_pd(x, y)), _mm256_castpd_ps(_mm256_unpackhi_pd(x, y)));
  }
  return vf_add(_mm256_permute2f128_ps(a[0], a[1], 0x20), _mm256_permute2f128_ps(a[0], a[1], 0x31));
}

INLINE void vf_transpose(vf a[8]) {
  vf b[8];
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    b[2 * i] = _mm256_unpacklo_ps(a[2 * i], a[2 * i + 1]);
    b[2 * i + 1] = _mm256_unpackhi_ps(a[2 * i], a[2 * i + 1]);
  }
#pragma GCC unroll 2
  for (int i = 0; i < 2; i++) {
    for (int half = 0; half < 2; half++) {
      __m256d x = _mm256_castps_pd(b[4 * i + half]);
      __m256d y = _mm256_castps_pd(b[4 * i + 2 + half]);
      a[4 * i + 2 * half] = _mm256_castpd_ps(_mm256_unpacklo_pd(x, y));
      a[4 * i + 2 * half + 1] = _mm256_castpd_ps(_mm256_unpackhi_pd(x, y));
    }
  }
  /* a[4i + j] holds columns j and 4+j of rows 4i .. 4i+3. */
#pragma GCC unroll 4
  for (int j = 0; j < 4; j++) {
    b[j] = _mm256_permute2f128_ps(a[j], a[4 + j], 0x20);
    b[4 + j] = _mm256_permute2f128_ps(a[j], a[4 + j], 0x31);
  }
#pragma GCC unroll 8
  for (int i = 0; i < 8; i++) {
    a[i] = b[i];
  }
}

#else
#error "a kernel file must be compiled for AVX2 or AVX-512"
#endif

/* From bfloat16 pairs [W][2] in memory: the even ones, and the odd ones. */
INLINE vf vi_bf16_even(vi pairs) { return vi_as_float(vi_shl(pairs, 16)); }
INLINE vf vi_bf16_odd(vi pairs) { return vi_as_float(vi_and(pairs, vi_set1((int32_t)0xffff0000))); }

/* bfloat16 bits in the low half of each lane, to nearest, ties to even; NaN stays NaN. */
INLINE vi vf_bf16_bits(vf a) {
  vi bits = vf_as_int(a);
  vi odd = vi_and(vi_shr(bits, 16), vi_set1(1));
  vi rounded = vi_shr(vi_add(bits, vi_add(odd, vi_set1(0x7fff))), 16);
#if W == 16
  vm nan = _mm512_cmp_ps_mask(a, a, _CMP_UNORD_Q);
#else
  vm nan = _mm256_cmp_ps(a, a, _CMP_UNORD_Q);
#endif
  return vf_as_int(vf_select(nan, vi_as_float(rounded), vi_as_float(vi_set1(0x7fc0))));
}

#endif
