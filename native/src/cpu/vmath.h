/*
 * exp, erfc and the activations on vectors. Coefficients are minimax fits (Chebyshev nodes, weighted for relative
 * error) rounded to float32; the errors stated are measured by native/test over all lanes' ranges.
 */
#ifndef JGPT_VMATH_H
#define JGPT_VMATH_H

#include "simd.h"

/* e^x within 2 ulp. Below -87.3 it is 0; above 88.02 it stays near 1.7e38: no caller needs infinity. NaN stays NaN. */
INLINE vf vf_exp(vf x) {
  vm tiny = vf_less(x, vf_set1(-87.3f));
  x = vf_max(vf_set1(-87.3f), vf_min(vf_set1(88.02f), x)); /* the order keeps NaN */
  vi n = vf_round(vf_mul(x, vf_set1(1.44269504f)));
  vf nf = vi_float(n);
  /* r = x - n ln 2, with ln 2 in two parts: n times the first is exact. */
  vf r = vf_fma(nf, vf_set1(-0.693359375f), x);
  r = vf_fma(nf, vf_set1(2.12194440e-4f), r);
  vf q = vf_set1(0.0013947606f);
  q = vf_fma(q, r, vf_set1(0.008369873f));
  q = vf_fma(q, r, vf_set1(0.041666247f));
  q = vf_fma(q, r, vf_set1(0.16666509f));
  q = vf_fma(q, r, vf_set1(0.5f));
  vf p = vf_add(vf_fma(vf_mul(q, r), r, r), vf_set1(1.0f));
  vf power = vi_as_float(vi_shl(vi_add(n, vi_set1(127)), 23));
  return vf_select(tiny, vf_mul(p, power), vf_zero());
}

/* erfc(t) for t >= 0: exp(-t^2) times a polynomial in y = (t - 3) / (t + 3), over 1 + 2t. */
INLINE vf vf_erfc_positive(vf t) {
  vf y = vf_div(vf_sub(t, vf_set1(3.0f)), vf_add(t, vf_set1(3.0f)));
  vf p = vf_set1(-0.00027339734f);
  p = vf_fma(p, y, vf_set1(-0.00078945636f));
  p = vf_fma(p, y, vf_set1(0.0019974525f));
  p = vf_fma(p, y, vf_set1(0.0025738874f));
  p = vf_fma(p, y, vf_set1(-0.023793535f));
  p = vf_fma(p, y, vf_set1(0.06829461f));
  p = vf_fma(p, y, vf_set1(-0.119271845f));
  p = vf_fma(p, y, vf_set1(0.1296465f));
  p = vf_fma(p, y, vf_set1(-0.047562342f));
  p = vf_fma(p, y, vf_set1(-0.13562115f));
  p = vf_fma(p, y, vf_set1(1.253008f));
  vf e = vf_exp(vf_sub(vf_zero(), vf_mul(t, t)));
  return vf_div(vf_mul(p, e), vf_fma(t, vf_set1(2.0f), vf_set1(1.0f)));
}

/* x / (1 + exp(-z)) */
INLINE vf vf_times_sigmoid(vf x, vf z) {
  return vf_div(x, vf_add(vf_set1(1.0f), vf_exp(vf_sub(vf_zero(), z))));
}

/* x/2 (1 + tanh u) = x / (1 + exp(-2u)): no cancellation for negative x. */
INLINE vf vf_gelu_tanh(vf x) {
  vf cube = vf_fma(vf_mul(x, x), vf_set1(0.044715f), vf_set1(1.0f));
  return vf_times_sigmoid(x, vf_mul(vf_mul(x, vf_set1(1.59576912f)), cube)); /* 2 sqrt(2/pi) */
}

/* x/2 erfc(-x/sqrt 2), for positive x as x - x/2 erfc(x/sqrt 2). Beyond 40 the tail is 0. */
INLINE vf vf_gelu_erf(vf x) {
  vf a = vf_min(vf_set1(40.0f), vf_abs(x)); /* the order keeps NaN */
  vf tail = vf_mul(vf_mul(a, vf_set1(0.5f)), vf_erfc_positive(vf_mul(a, vf_set1(0.70710678f))));
  return vf_sub(vf_max(vf_zero(), x), tail);
}

INLINE vf vf_relu(vf x) {
  return vf_max(vf_zero(), x); /* the order keeps NaN */
}

INLINE vf vf_silu(vf x) {
  return vf_times_sigmoid(x, x);
}

#endif
