/*
 * Rows of x in the order in which a tile reads them: for each step the inputs of row 0, then of row 1, and so on.
 * Compiled into each tile kernel.
 */
#ifndef JGPT_PACK_ROWS_H
#define JGPT_PACK_ROWS_H

#include <stdint.h>
#include <string.h>

#include "simd.h"

/* [ceil(k/group)][rows][group] floats. */
__attribute__((unused)) static void pack_floats(const float *x, int64_t stride, int rows, int64_t k, int group,
                                                float *packed) {
  int64_t whole = k / group;
  if (rows == 1) {
    memcpy(packed, x, (size_t)k * sizeof(float));
  } else {
    for (int r = 0; r < rows; r++) {
      const float *row = x + r * stride;
      for (int64_t s = 0; s < whole; s++) {
        for (int g = 0; g < group; g++) {
          packed[(s * rows + r) * group + g] = row[s * group + g];
        }
      }
    }
  }
  if (whole * group < k) { /* group 2: one input and a zero */
    for (int r = 0; r < rows; r++) {
      packed[(whole * rows + r) * group] = x[r * stride + k - 1];
      packed[(whole * rows + r) * group + 1] = 0;
    }
  }
}

/* [ceil(k/2)][rows][2] bfloat16. */
__attribute__((unused)) static void pack_bf16(const float *x, int64_t stride, int rows, int64_t k, char *packed) {
  for (int r = 0; r < rows; r++) {
    const float *row = x + r * stride;
    char *to = packed + 4 * r;
    for (int64_t s = 0; s < k; s += W) {
      uint16_t bits[W];
      int64_t n = k - s < W ? k - s : W;
      vi_store16(bits, vf_bf16_bits(vf_load_first(row + s, n)));
      for (int64_t i = 0; i < n; i += 2) { /* an odd last input is followed by a zero from the load */
        memcpy(to + (s + i) / 2 * rows * 4, bits + i, 4);
      }
    }
  }
}

/* [ceil(k/4)][rows][4] bytes, `offset` added. scales[r] = max|x| / 127. */
__attribute__((unused)) static void pack_int8(const float *x, int64_t stride, int rows, int64_t k, int offset,
                                              char *packed, float *scales) {
  for (int r = 0; r < rows; r++) {
    const float *row = x + r * stride;
    vf top = vf_zero();
    vf poison = vf_zero(); /* NaN if the row has a NaN or an infinity: integers cannot carry it */
    for (int64_t s = 0; s < k; s += W) {
      int64_t n = k - s < W ? k - s : W;
      vf a = vf_load_first(row + s, n);
      top = vf_max(vf_abs(a), top);
      poison = vf_fma(a, vf_zero(), poison);
    }
    float max = vf_top(top);
    scales[r] = max / 127 + vf_sum(poison);
    vf inverse = vf_set1(max > 0 ? 127 / max : 0);
    char *to = packed + 4 * r;
    for (int64_t s = 0; s < k; s += W) {
      int32_t values[W];
      int64_t n = k - s < W ? k - s : W;
      vi_store(values, vi_add(vf_round(vf_mul(vf_load_first(row + s, n), inverse)), vi_set1(offset)));
      for (int64_t i = 0; i < n; i += 4) {
        char quad[4];
        for (int j = 0; j < 4; j++) {
          quad[j] = (char)values[i + j];
        }
        memcpy(to + (s + i) / 4 * rows * 4, quad, 4);
      }
    }
  }
}

#endif
