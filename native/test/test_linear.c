#include "test.h"

typedef struct {
  int64_t t, k, n;
} shape;

static const shape shapes[] = {{1, 1, 1},     {1, 13, 111},  {1, 768, 207}, {2, 207, 13},  {3, 111, 64},
                               {4, 64, 33},   {5, 33, 95},   {7, 1, 207},   {12, 13, 32},  {13, 111, 207},
                               {25, 300, 70}, {111, 207, 13}, {207, 1111, 111}, {1, 2048, 129}};

static void compare_threads(jgpt_cpu *const *cpus, int count, const jgpt_linear *w, const float *x, const shape *s,
                            int activation, const float *residual, const float *expected) {
  for (int i = 1; i < count; i++) {
    float *out = guarded(s->t * s->n);
    CHECK(jgpt_cpu_linear(cpus[i], w, x, s->t, activation, residual, out) == JGPT_OK, "T=%ld", (long)s->t);
    CHECK(memcmp(out, expected, (size_t)(s->t * s->n) * sizeof(float)) == 0, "%d threads differ from 1: T=%ld K=%ld N=%ld",
          i + 1, (long)s->t, (long)s->k, (long)s->n);
    free_guarded(out, s->t * s->n);
  }
}

/* The row alone gives the same bytes as in its batch. */
static void compare_single(jgpt_cpu *cpu, const jgpt_linear *w, const float *x, const shape *s, const float *expected) {
  float *out = guarded(s->n);
  int64_t t = s->t - 1;
  CHECK(jgpt_cpu_linear(cpu, w, x + t * s->k, 1, JGPT_IDENTITY, NULL, out) == JGPT_OK, "single row");
  CHECK(memcmp(out, expected + t * s->n, (size_t)s->n * sizeof(float)) == 0, "row %ld alone differs", (long)t);
  free_guarded(out, s->n);
}

static void floats(jgpt_cpu *const *cpus, int count, const shape *s, int source, int dtype, int out_in) {
  float *x = draw_floats(s->t * s->k);
  float *w = draw_floats(s->k * s->n);
  float *b = draw_floats(s->n);
  float *residual = draw_floats(s->t * s->n);
  void *weight = elements(w, s->k * s->n, source);
  void *bias = elements(b, s->n, source);
  jgpt_linear *l = NULL;
  CHECK(jgpt_cpu_pack(cpus[count - 1], weight, source, out_in, s->k, s->n, bias, source, dtype, &l) == JGPT_OK, "pack");
  CHECK(jgpt_linear_bytes(l) > 0, "bytes");
  free_elements(weight);
  free_elements(bias);
  float *out = guarded(s->t * s->n);
  CHECK(jgpt_cpu_linear(cpus[0], l, x, s->t, JGPT_IDENTITY, residual, out) == JGPT_OK, "linear");
  int dot = dtype == JGPT_BF16 && jgpt_cpu_isa_used(cpus[0]) == JGPT_ISA_AVX512_BF16;
  for (int64_t t = 0; t < s->t; t++) {
    for (int64_t n = 0; n < s->n; n++) {
      double sum = rounded(b[n], source);
      double magnitude = fabs(sum) + fabs(residual[t * s->n + n]);
      for (int64_t k = 0; k < s->k; k++) {
        float stored = rounded(out_in ? w[n * s->k + k] : w[k * s->n + n], source);
        float value = x[t * s->k + k];
        double product = (double)rounded(stored, dtype) * (dot ? rounded(value, JGPT_BF16) : value);
        sum += product;
        magnitude += fabs(product);
      }
      sum += residual[t * s->n + n];
      double error = fabs(out[t * s->n + n] - sum);
      double bound = EPSILON * (2 * sqrt((double)s->k) + 4) * magnitude + 1e-37;
      CHECK(error <= bound, "source %d dtype %d out_in %d T=%ld K=%ld N=%ld at %ld,%ld: %g, error %g, bound %g", source,
            dtype, out_in, (long)s->t, (long)s->k, (long)s->n, (long)t, (long)n, sum, error, bound);
    }
  }
  compare_threads(cpus, count, l, x, s, JGPT_IDENTITY, residual, out);
  CHECK(jgpt_cpu_linear(cpus[0], l, x, s->t, JGPT_IDENTITY, NULL, out) == JGPT_OK, "without residual");
  compare_single(cpus[0], l, x, s, out);
  memcpy(out, residual, (size_t)(s->t * s->n) * sizeof(float));
  CHECK(jgpt_cpu_linear(cpus[0], l, x, s->t, JGPT_GELU_TANH, out, out) == JGPT_OK, "in place");
  compare_threads(cpus, count, l, x, s, JGPT_GELU_TANH, residual, out);
  free_guarded(out, s->t * s->n);
  jgpt_linear_free(l);
  free(x);
  free(w);
  free(b);
  free(residual);
}

/* Integers are exact: the error is that of scaling. */
static void int8(jgpt_cpu *const *cpus, int count, const shape *s, int extreme) {
  float *x = draw_floats(s->t * s->k);
  float *scales = draw_floats(s->n);
  int8_t *values = malloc((size_t)(s->k * s->n));
  for (int64_t i = 0; i < s->k * s->n; i++) {
    values[i] = extreme ? (i % 3 == 0 ? -127 : 127) : (int8_t)lrintf(draw() * 127);
  }
  for (int64_t i = 0; extreme && i < s->t * s->k; i++) {
    x[i] = i % 5 == 0 ? -1 : 1;
  }
  jgpt_linear *l = NULL;
  CHECK(jgpt_cpu_pack_int8(cpus[count - 1], values, scales, s->k, s->n, NULL, 0, &l) == JGPT_OK, "pack");
  float *out = guarded(s->t * s->n);
  CHECK(jgpt_cpu_linear(cpus[0], l, x, s->t, JGPT_IDENTITY, NULL, out) == JGPT_OK, "linear");
  for (int64_t t = 0; t < s->t; t++) {
    float max = 0;
    for (int64_t k = 0; k < s->k; k++) {
      max = fmaxf(max, fabsf(x[t * s->k + k]));
    }
    for (int64_t n = 0; n < s->n; n++) {
      int64_t sum = 0;
      for (int64_t k = 0; k < s->k; k++) {
        sum += lrintf(x[t * s->k + k] * (127 / max)) * values[n * s->k + k];
      }
      double expected = (double)sum * scales[n] * (max / 127);
      double error = fabs(out[t * s->n + n] - expected);
      CHECK(error <= 4 * EPSILON * fabs(expected), "T=%ld K=%ld N=%ld: %g, error %g", (long)s->t, (long)s->k, (long)s->n,
            expected, error);
    }
  }
  compare_threads(cpus, count, l, x, s, JGPT_IDENTITY, NULL, out);
  compare_single(cpus[0], l, x, s, out);
  free_guarded(out, s->t * s->n);
  jgpt_linear_free(l);
  free(x);
  free(scales);
  free(values);
}

void test_linear(jgpt_cpu *const *cpus, int count) {
  for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
    for (int dtype = JGPT_F32; dtype <= JGPT_BF16; dtype++) {
      for (int source = JGPT_F32; source <= JGPT_BF16; source++) {
        floats(cpus, count, &shapes[i], source, dtype, (int)(i + (size_t)source) % 2);
      }
    }
    int8(cpus, count, &shapes[i], 0);
    int8(cpus, count, &shapes[i], 1);
  }
}
