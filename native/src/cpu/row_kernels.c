/* Kernels over single rows: layer normalisation, conversions of element types, reading. */
#include "kernels.h"
#include "simd.h"

#include <string.h>

/* Sum over channels of (x - shift), or of its square. */
INLINE float sum_row(const float *x, int64_t channels, float shift, const int square) {
  vf center = vf_set1(shift);
  vf sum[4] = {vf_zero(), vf_zero(), vf_zero(), vf_zero()};
  int64_t i = 0;
  for (; i + 4 * W <= channels; i += 4 * W) {
#pragma GCC unroll 4
    for (int j = 0; j < 4; j++) {
      vf d = vf_sub(vf_load(x + i + j * W), center);
      sum[j] = square ? vf_fma(d, d, sum[j]) : vf_add(sum[j], d);
    }
  }
  for (; i < channels; i += W) {
    int64_t n = channels - i < W ? channels - i : W;
    vf d = vf_select(vm_first(n), vf_zero(), vf_sub(vf_load_first(x + i, n), center));
    sum[0] = square ? vf_fma(d, d, sum[0]) : vf_add(sum[0], d);
  }
  return vf_sum(vf_add(vf_add(sum[0], sum[1]), vf_add(sum[2], sum[3])));
}

/* Two passes: the one-pass variance cancels where the mean is large against the spread. */
void ISA_NAME(layernorm)(const float *x, const float *gain, const float *bias, float epsilon, int64_t channels,
                         float *out) {
  float mean = sum_row(x, channels, 0, 0) / (float)channels;
  float variance = sum_row(x, channels, mean, 1) / (float)channels;
  vf center = vf_set1(mean);
  vf scale = vf_set1(1 / __builtin_sqrtf(variance + epsilon));
  for (int64_t i = 0; i < channels; i += W) {
    int64_t n = channels - i < W ? channels - i : W;
    vf y = vf_mul(vf_sub(vf_load_first(x + i, n), center), scale);
    vf_store_first(out + i, n, vf_fma(y, vf_load_first(gain + i, n), vf_load_first(bias + i, n)));
  }
}

void ISA_NAME(widen)(const void *data, jgpt_dtype dtype, int64_t first, int64_t count, float *out) {
  if (dtype == JGPT_F32) {
    memcpy(out, (const char *)data + 4 * first, (size_t)count * 4);
    return;
  }
  const char *from = (const char *)data + 2 * first;
  int64_t i = 0;
  for (; i + W <= count; i += W) {
    vf_store(out + i, dtype == JGPT_F16 ? vf_from_f16(from + 2 * i) : vf_from_bf16(from + 2 * i));
  }
  if (i < count) {
    uint16_t rest[W] = {0};
    memcpy(rest, from + 2 * i, (size_t)(count - i) * 2);
    vf_store_first(out + i, count - i, dtype == JGPT_F16 ? vf_from_f16(rest) : vf_from_bf16(rest));
  }
}

/* `count` is a multiple of W. */
void ISA_NAME(narrow)(const float *w, jgpt_dtype dtype, int64_t count, void *out) {
  for (int64_t i = 0; i < count; i += W) {
    vf a = vf_load(w + i);
    switch (dtype) {
      case JGPT_F32:
        vf_store((float *)out + i, a);
        break;
      case JGPT_F16:
        vf_to_f16((uint16_t *)out + i, a);
        break;
      default:
        vi_store16((uint16_t *)out + i, vf_bf16_bits(a));
        break;
    }
  }
}

float ISA_NAME(read)(const void *data, int64_t bytes) {
  const float *p = data;
  vf sum[8];
  for (int j = 0; j < 8; j++) {
    sum[j] = vf_zero();
  }
  for (int64_t i = 0; i < bytes / 4; i += 8 * W) {
    for (int j = 0; j < 8 * W; j += 16) {
      _mm_prefetch((const char *)(p + i + j) + 2048, _MM_HINT_T0);
    }
#pragma GCC unroll 8
    for (int j = 0; j < 8; j++) {
      sum[j] = vf_add(sum[j], vf_load(p + i + j * W));
    }
  }
  vf total = vf_zero();
  for (int j = 0; j < 8; j++) {
    total = vf_add(total, sum[j]);
  }
  return vf_sum(total);
}
