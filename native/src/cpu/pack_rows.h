/*
 * Rows of x in the order in which a tile reads them: for each step what it needs of row 0, then of row 1, and so on.
 * What a step needs of a row is one 32-bit word (a float, two bfloat16, four bytes), so that packing is the
 * transposition of a matrix of words, whatever the type. Compiled into each tile kernel.
 */
#ifndef JGPT_PACK_ROWS_H
#define JGPT_PACK_ROWS_H

#include <stdint.h>

#include "simd.h"

/* W words of a row of floats; `left` floats remain of it, what lies beyond is 0. `factor` is the row's. */
typedef vi load_words(const float *row, int64_t left, float factor);

/* [steps][rows] words; a step takes `group` floats. */
INLINE void pack_words(const float *x, int64_t stride, const int rows, int64_t k, const int group, load_words *load,
                       const float *factors, int32_t *packed) {
  const int64_t steps = (k + group - 1) / group;
  for (int64_t s = 0; s < steps; s += W) {
    int64_t n = steps - s < W ? steps - s : W;
    const float *at = x + s * group;
    int64_t left = k - s * group;
    if (rows == 1) {
      vf_store_first((float *)packed + s, n, vi_as_float(load(at, left, factors[0])));
      continue;
    }
    vf words[W];
#pragma GCC unroll 16
    for (int r = 0; r < W; r++) {
      words[r] = r < rows ? vi_as_float(load(at + r * stride, left, factors[r])) : vf_zero();
    }
    vf_transpose(words);
    for (int64_t i = 0; i < n; i++) {
      float *to = (float *)packed + (s + i) * rows;
      if ((s + i) * rows + W <= steps * rows) { /* the lanes beyond rows are overwritten by the next steps */
        vf_store(to, words[i]);
      } else {
        vf_store_first(to, rows, words[i]);
      }
    }
  }
}

static const float no_factors[16];

INLINE vf load_floats(const float *row, int64_t left) {
  return left >= W ? vf_load(row) : vf_load_first(row, left > 0 ? left : 0);
}

INLINE vi load_float_words(const float *row, int64_t left, float factor) {
  (void)factor;
  return vf_as_int(load_floats(row, left));
}

/* [k][rows] floats. */
__attribute__((unused)) static void pack_floats(const float *x, int64_t stride, int rows, int64_t k, void *packed) {
  pack_words(x, stride, rows, k, 1, load_float_words, no_factors, packed);
}

/* [ceil(k/2)][rows][2] floats. */
__attribute__((unused)) static void pack_float_pairs(const float *x, int64_t stride, int rows, int64_t k,
                                                     float *packed) {
  for (int r = 0; r < rows; r++) {
    const float *row = x + r * stride;
    float *to = packed + 2 * r;
    for (int64_t i = 0; i + 1 < k; i += 2) {
      to[i * rows] = row[i];
      to[i * rows + 1] = row[i + 1];
    }
    if (k % 2 != 0) {
      to[(k - 1) * rows] = row[k - 1];
      to[(k - 1) * rows + 1] = 0;
    }
  }
}

#if defined(__AVX512BF16__)
INLINE vi load_bf16_words(const float *row, int64_t left, float factor) {
  (void)factor;
  vf low = load_floats(row, left);
  vf high = left > W ? load_floats(row + W, left - W) : vf_zero();
  return (vi)_mm512_cvtne2ps_pbh(high, low);
}

/* [ceil(k/2)][rows][2] bfloat16, rounded to nearest, ties to even; denormals become 0. */
static void pack_bf16(const float *x, int64_t stride, int rows, int64_t k, void *packed) {
  pack_words(x, stride, rows, k, 2, load_bf16_words, no_factors, packed);
}
#endif

/* W integers of -127 .. 127 as bytes. */
INLINE void store_bytes(int8_t *to, vi a) {
#if W == 16
  _mm_storeu_si128((__m128i *)to, _mm512_cvtepi32_epi8(a));
#else
  __m128i shorts = _mm_packs_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
  _mm_storel_epi64((__m128i *)to, _mm_packs_epi16(shorts, shorts));
#endif
}

INLINE vi load_byte_words(const float *row, int64_t left, float factor) {
  int8_t bytes[4 * W];
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    vf a = left > i * W ? load_floats(row + i * W, left - i * W) : vf_zero();
    store_bytes(bytes + i * W, vf_round(vf_mul(a, vf_set1(factor))));
  }
  return vi_load(bytes);
}

/* The same with 128 added: the sign bit the other way. */
INLINE vi load_unsigned_byte_words(const float *row, int64_t left, float factor) {
  return vi_xor(load_byte_words(row, left, factor), vi_set1((int32_t)0x80808080));
}

/* [ceil(k/4)][rows][4] bytes round(x / scale). scales[r] = max|x| / 127. */
INLINE void pack_bytes(const float *x, int64_t stride, int rows, int64_t k, load_words *load, void *packed,
                       float *scales) {
  float factors[16] = {0}; /* as many as lanes, though fewer rows */
  for (int r = 0; r < rows; r++) {
    const float *row = x + r * stride;
    vf top = vf_zero();
    vf poison = vf_zero(); /* NaN if the row has a NaN or an infinity: integers cannot carry it */
    for (int64_t i = 0; i < k; i += W) {
      vf a = load_floats(row + i, k - i);
      top = vf_max(vf_abs(a), top);
      poison = vf_fma(a, vf_zero(), poison);
    }
    float max = vf_top(top);
    scales[r] = max / 127 + vf_sum(poison);
    factors[r] = max > 0 ? 127 / max : 0;
  }
  pack_words(x, stride, rows, k, 4, load, factors, packed);
}

#endif
