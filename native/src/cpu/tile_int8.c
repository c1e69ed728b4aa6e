/*
 * INT8 weights and rows: four inputs per step, 128 bytes of weights, exact integer sums.
 *
 * VPDPBUSD multiplies unsigned by signed bytes: rows are packed with 128 added, and the epilogue subtracts 128 times
 * the sum of the channel's weights. Without it VPMADDUBSW takes |row| and the weights with the row's sign: pairs of
 * products stay within 2 * 127 * 127 = 32258, so its 16-bit sums do not saturate.
 */
#include "kernels.h"
#include "pack_rows.h"
#include "simd.h"

#include <string.h>

#define GROUP 4
#define ROW_STEP 4
#define PANEL_STEP (NB * 4)

#define SUM vi
#define SUM_ZERO() vi_zero()
#define SUM_LOAD(p) vi_load(p)
#define SUM_STORE(p, s) vi_store(p, s)
#define PANEL vi
#define PANEL_LOAD(p) vi_load(p)

INLINE vi quad_set1(const void *p) {
  int32_t quad;
  memcpy(&quad, p, 4);
  return vi_set1(quad);
}

#if defined(__AVX512VNNI__) || defined(__AVXVNNI__)

#define NAME tile_int8_vnni
#define LOAD_WORDS load_unsigned_byte_words
#define MAX_ROWS (W == 16 ? 12 : 6)
#define ROW vi
#define ROW_LOAD(p) quad_set1(p)
#if defined(__AVX512VNNI__)
#define ADD(sum, row, panel) _mm512_dpbusd_epi32(sum, row, panel)
#else
#define ADD(sum, row, panel) _mm256_dpbusd_avx_epi32(sum, row, panel)
#endif

#else

#define NAME tile_int8
#define LOAD_WORDS load_byte_words
#define MAX_ROWS 4

typedef struct {
  vi value;
  vi magnitude;
} signed_row;

INLINE signed_row signed_set1(const void *p) {
  vi value = quad_set1(p);
  return (signed_row){value, _mm256_abs_epi8(value)};
}

INLINE vi add_products(vi sum, signed_row row, vi panel) {
  vi pairs = _mm256_maddubs_epi16(row.magnitude, _mm256_sign_epi8(panel, row.value));
  return vi_add(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}

#define ROW signed_row
#define ROW_LOAD(p) signed_set1(p)
#define ADD(sum, row, panel) add_products(sum, row, panel)

#endif

static void pack_rows(const float *x, int64_t stride, int rows, int64_t k, void *packed, float *scales) {
  pack_bytes(x, stride, rows, k, LOAD_WORDS, packed, scales);
}

#include "tile.h"
