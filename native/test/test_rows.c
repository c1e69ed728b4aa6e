#include "test.h"

static const int sizes[] = {1, 7, 13, 64, 111, 207, 768};

static void layernorm(jgpt_cpu *const *cpus, int count, int rows, int channels) {
  float *x = draw_floats((int64_t)rows * channels);
  float *gain = draw_floats(channels);
  float *bias = draw_floats(channels);
  for (int i = 0; i < rows * channels; i++) {
    x[i] += 10; /* a mean that is large against the spread */
  }
  for (int c = 0; c < count; c++) {
    float *out = guarded((int64_t)rows * channels);
    CHECK(jgpt_cpu_layernorm(cpus[c], x, gain, bias, 1e-5f, rows, channels, out) == JGPT_OK, "layernorm");
    for (int t = 0; t < rows; t++) {
      const float *row = x + t * channels;
      double mean = 0;
      for (int i = 0; i < channels; i++) {
        mean += row[i] / (double)channels;
      }
      double variance = 0;
      for (int i = 0; i < channels; i++) {
        variance += (row[i] - mean) * (row[i] - mean) / channels;
      }
      for (int i = 0; i < channels; i++) {
        double expected = (row[i] - mean) / sqrt(variance + 1e-5f) * gain[i] + bias[i];
        double error = fabs(out[t * channels + i] - expected);
        double bound = 8 * EPSILON * (10 / sqrt(variance + 1e-5) + 4);
        CHECK(error <= bound, "C=%d: %g, error %g, bound %g", channels, expected, error, bound);
      }
    }
    memcpy(out, x, (size_t)(rows * channels) * sizeof(float));
    CHECK(jgpt_cpu_layernorm(cpus[c], out, gain, bias, 1e-5f, rows, channels, out) == JGPT_OK, "in place");
    float *again = guarded((int64_t)rows * channels);
    CHECK(jgpt_cpu_layernorm(cpus[0], x, gain, bias, 1e-5f, rows, channels, again) == JGPT_OK, "layernorm");
    CHECK(memcmp(out, again, (size_t)(rows * channels) * sizeof(float)) == 0, "in place or %d threads differ", c + 1);
    free_guarded(again, (int64_t)rows * channels);
    free_guarded(out, (int64_t)rows * channels);
  }
  free(x);
  free(gain);
  free(bias);
}

static void embed(jgpt_cpu *const *cpus, int count, int channels, int dtype) {
  enum { VOCABULARY = 29, CONTEXT = 17, ROWS = 31 };
  float *wte = draw_floats(VOCABULARY * channels);
  float *wpe = draw_floats(CONTEXT * channels);
  void *tokens_table = elements(wte, VOCABULARY * channels, dtype);
  void *positions_table = elements(wpe, CONTEXT * channels, dtype);
  int32_t tokens[ROWS];
  int32_t positions[ROWS];
  for (int t = 0; t < ROWS; t++) {
    tokens[t] = t * 7 % VOCABULARY;
    positions[t] = t % CONTEXT;
  }
  for (int c = 0; c < count; c++) {
    float *out = guarded(ROWS * channels);
    CHECK(jgpt_cpu_embed(cpus[c], tokens_table, dtype, VOCABULARY, positions_table, dtype, CONTEXT, tokens, positions,
                         ROWS, channels, out) == JGPT_OK,
          "embed");
    for (int i = 0; i < ROWS * channels; i++) {
      int t = i / channels;
      float expected = rounded(wte[tokens[t] * channels + i % channels], dtype) +
                       rounded(wpe[positions[t] * channels + i % channels], dtype);
      CHECK(out[i] == expected, "dtype %d C=%d: %g, expected %g", dtype, channels, out[i], expected);
    }
    free_guarded(out, ROWS * channels);
  }
  tokens[3] = VOCABULARY;
  float out[ROWS];
  CHECK(jgpt_cpu_embed(cpus[0], tokens_table, dtype, VOCABULARY, positions_table, dtype, CONTEXT, tokens, positions,
                       ROWS, 1, out) == JGPT_INVALID,
        "a token out of range");
  free_elements(tokens_table);
  free_elements(positions_table);
  free(wte);
  free(wpe);
}

void test_rows(jgpt_cpu *const *cpus, int count) {
  for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
    layernorm(cpus, count, 13, sizes[i]);
    layernorm(cpus, count, 111, sizes[i]);
    for (int dtype = JGPT_F32; dtype <= JGPT_BF16; dtype++) {
      embed(cpus, count, sizes[i], dtype);
    }
  }
}

static double activation(double x, int kind) {
  switch (kind) {
    case JGPT_GELU_TANH:
      return 0.5 * x * (1 + tanh(sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
    case JGPT_GELU_ERF:
      return 0.5 * x * erfc(-x / sqrt(2));
    case JGPT_RELU:
      return x > 0 ? x : 0;
    case JGPT_SILU:
      return x / (1 + exp(-x));
    default:
      return x;
  }
}

/* Through a 1 x 1 layer of weight 1: over the whole range, special values included. */
void test_activations(jgpt_cpu *cpu) {
  enum { STEPS = 40001 };
  float one = 1;
  jgpt_linear *l = NULL;
  CHECK(jgpt_cpu_pack(cpu, &one, JGPT_F32, 0, 1, 1, NULL, 0, JGPT_F32, &l) == JGPT_OK, "pack");
  float *x = malloc(STEPS * sizeof(float));
  float *out = malloc(STEPS * sizeof(float));
  for (int i = 0; i < STEPS; i++) {
    x[i] = (float)(i - STEPS / 2) * 1e-3f; /* -20 .. 20 */
  }
  for (int kind = JGPT_IDENTITY; kind <= JGPT_SILU; kind++) {
    CHECK(jgpt_cpu_linear(cpu, l, x, STEPS, kind, NULL, out) == JGPT_OK, "linear");
    double worst = 0;
    for (int i = 0; i < STEPS; i++) {
      double expected = activation(x[i], kind);
      /* Units in the last place of the result, or of a hundredth of x: float32's own 1 + tanh loses more. */
      double unit = 2 * EPSILON * fmax(fabs(expected), 1e-2 * fmin(fabs((double)x[i]), 1));
      double error = fabs(out[i] - expected) / (unit + 1e-30);
      worst = fmax(worst, error);
    }
    CHECK(worst <= 8, "activation %d: %g units in the last place", kind, worst);
    float special[4] = {INFINITY, -1000, 1000, NAN};
    CHECK(jgpt_cpu_linear(cpu, l, special, 4, kind, NULL, out) == JGPT_OK, "special values");
    CHECK(out[0] == INFINITY && out[2] == 1000 && isnan(out[3]), "activation %d: %g %g %g", kind, out[0], out[2],
          out[3]);
    CHECK(kind == JGPT_IDENTITY || fabsf(out[1]) < 1e-30f, "activation %d of -1000: %g", kind, out[1]);
  }
  jgpt_linear_free(l);
  free(x);
  free(out);
}
