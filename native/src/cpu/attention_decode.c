/*
 * Attention of one query over a run of keys, and the combination of such runs.
 *
 * Reads keys and values once: 8 HS bytes per key against 4 HS FLOPs, bound by memory. Scores of W keys are summed as W
 * vectors over HS and reduced together.
 */
#include "kernels.h"
#include "simd.h"
#include "vmath.h"

/* scores[0 .. W-1] of n <= W keys; the lanes beyond n are of key 0. */
INLINE vf scores_of(const float *q, const float *k, int n, int head_size) {
  vf sum[W];
#pragma GCC unroll 16
  for (int j = 0; j < W; j++) {
    sum[j] = vf_zero();
  }
  const float *key[W];
  for (int j = 0; j < W; j++) {
    key[j] = k + (j < n ? j : 0) * (int64_t)head_size;
  }
  int d = 0;
  for (; d + W <= head_size; d += W) {
    vf a = vf_load(q + d);
#pragma GCC unroll 16
    for (int j = 0; j < W; j++) {
      sum[j] = vf_fma(a, vf_load(key[j] + d), sum[j]);
    }
  }
  if (d < head_size) {
    vf a = vf_load_first(q + d, head_size - d);
#pragma GCC unroll 16
    for (int j = 0; j < W; j++) {
      sum[j] = vf_fma(a, vf_load_first(key[j] + d, head_size - d), sum[j]);
    }
  }
  return vf_sums(sum);
}

/* value[0 .. columns-1] = sum_j p[j] v[j][..], for up to VECTORS vectors of columns. */
INLINE void weighted_sum(const float *p, const float *v, int keys, int64_t stride, int columns, const int vectors,
                         float *value) {
  vf sum[8];
#pragma GCC unroll 8
  for (int i = 0; i < vectors; i++) {
    sum[i] = vf_zero();
  }
  int last = columns - (vectors - 1) * W;
  for (int j = 0; j < keys; j++) {
    vf weight = vf_set1(p[j]);
    const float *row = v + j * stride;
#pragma GCC unroll 8
    for (int i = 0; i < vectors - 1; i++) {
      sum[i] = vf_fma(weight, vf_load(row + i * W), sum[i]);
    }
    sum[vectors - 1] = vf_fma(weight, vf_load_first(row + (vectors - 1) * W, last), sum[vectors - 1]);
  }
#pragma GCC unroll 8
  for (int i = 0; i < vectors - 1; i++) {
    vf_store(value + i * W, sum[i]);
  }
  vf_store_first(value + (vectors - 1) * W, last, sum[vectors - 1]);
}

void ISA_NAME(attention_decode)(const attention_decode_args *args) {
  float p[DECODE_CHUNK];
  vf scale = vf_set1(args->scale);
  vf top = vf_set1(-__builtin_inff());
  for (int j = 0; j < args->keys; j += W) {
    int n = args->keys - j < W ? args->keys - j : W;
    vf score = vf_mul(scores_of(args->q, args->k + j * (int64_t)args->head_size, n, args->head_size), scale);
    score = vf_select(vm_first(n), vf_set1(-__builtin_inff()), score);
    top = vf_max(top, score);
    vf_store(p + j, score);
  }
  float max = vf_top(top);
  vf total = vf_zero();
  for (int j = 0; j < args->keys; j += W) {
    vf e = vf_exp(vf_sub(vf_load(p + j), vf_set1(max))); /* 0 beyond the last key */
    total = vf_add(total, e);
    vf_store(p + j, e);
  }
  *args->max = max;
  *args->sum = vf_sum(total);
  for (int d = 0; d < args->head_size; d += 4 * W) {
    int columns = args->head_size - d < 4 * W ? args->head_size - d : 4 * W;
    const float *v = args->v + d;
    float *value = args->value + d;
    switch ((columns + W - 1) / W) {
      case 1:
        weighted_sum(p, v, args->keys, args->head_size, columns, 1, value);
        break;
      case 2:
        weighted_sum(p, v, args->keys, args->head_size, columns, 2, value);
        break;
      case 3:
        weighted_sum(p, v, args->keys, args->head_size, columns, 3, value);
        break;
      default:
        weighted_sum(p, v, args->keys, args->head_size, columns, 4, value);
        break;
    }
  }
}

void ISA_NAME(attention_combine)(const float *parts, int64_t count, int64_t part_stride, int head_size, float *out) {
  float max = parts[0];
  for (int64_t i = 1; i < count; i++) {
    float m = parts[i * part_stride];
    max = m > max ? m : max;
  }
  vf total = vf_zero();
  for (int d = 0; d < head_size; d += W) {
    int64_t n = head_size - d < W ? head_size - d : W;
    vf sum = vf_zero();
    total = vf_zero();
    for (int64_t i = 0; i < count; i++) {
      const float *part = parts + i * part_stride;
      vf weight = vf_exp(vf_set1(part[0] - max));
      total = vf_fma(weight, vf_set1(part[1]), total);
      sum = vf_fma(weight, vf_load_first(part + 2 + d, n), sum);
    }
    vf_store_first(out + d, n, vf_div(sum, total));
  }
}
