/* Embedding and layer normalisation: row by row, bound by memory. */
#include "context.h"

#include <string.h>

typedef struct {
  const kernels *kernels;
  const void *wte;
  jgpt_dtype wte_dtype;
  const void *wpe;
  jgpt_dtype wpe_dtype;
  const int32_t *tokens;
  const int32_t *positions;
  int64_t channels;
  float *out;
} embed_job;

static void embed_task(void *arg, int64_t first, int64_t count, int thread) {
  (void)thread;
  const embed_job *job = arg;
  const int64_t c = job->channels;
  for (int64_t t = first; t < first + count; t++) {
    float *out = job->out + t * c;
    job->kernels->widen(job->wte, job->wte_dtype, job->tokens[t] * c, c, out);
    for (int64_t i = 0; i < c; i += 256) {
      float position[256];
      int64_t n = c - i < 256 ? c - i : 256;
      job->kernels->widen(job->wpe, job->wpe_dtype, job->positions[t] * c + i, n, position);
      for (int64_t j = 0; j < n; j++) {
        out[i + j] += position[j];
      }
    }
  }
}

static bool is_table(const void *data, int32_t dtype, int64_t rows) {
  return data != NULL && rows > 0 && dtype >= JGPT_F32 && dtype <= JGPT_BF16;
}

int32_t jgpt_cpu_embed(jgpt_cpu *cpu, const void *wte, int32_t wte_dtype, int64_t wte_rows, const void *wpe,
                       int32_t wpe_dtype, int64_t wpe_rows, const int32_t *tokens, const int32_t *positions,
                       int64_t rows, int64_t channels, float *out) {
  if (cpu == NULL || !is_table(wte, wte_dtype, wte_rows) || !is_table(wpe, wpe_dtype, wpe_rows) || tokens == NULL ||
      positions == NULL || rows < 0 || channels <= 0 || out == NULL) {
    return JGPT_INVALID;
  }
  for (int64_t t = 0; t < rows; t++) {
    if (tokens[t] < 0 || tokens[t] >= wte_rows || positions[t] < 0 || positions[t] >= wpe_rows) {
      return JGPT_INVALID;
    }
  }
  embed_job job = {cpu->kernels, wte, (jgpt_dtype)wte_dtype, wpe, (jgpt_dtype)wpe_dtype, tokens, positions, channels,
                   out};
  pool_run(cpu->pool, rows, rows * channels * 8, embed_task, &job);
  return JGPT_OK;
}

typedef struct {
  const kernels *kernels;
  const float *x;
  const float *gain;
  const float *bias;
  float epsilon;
  int64_t channels;
  float *out;
} layernorm_job;

static void layernorm_task(void *arg, int64_t first, int64_t count, int thread) {
  (void)thread;
  const layernorm_job *job = arg;
  for (int64_t t = first; t < first + count; t++) {
    job->kernels->layernorm(job->x + t * job->channels, job->gain, job->bias, job->epsilon, job->channels,
                            job->out + t * job->channels);
  }
}

int32_t jgpt_cpu_layernorm(jgpt_cpu *cpu, const float *x, const float *gain, const float *bias, float epsilon,
                           int64_t rows, int64_t channels, float *out) {
  if (cpu == NULL || x == NULL || gain == NULL || bias == NULL || rows < 0 || channels <= 0 || out == NULL) {
    return JGPT_INVALID;
  }
  layernorm_job job = {cpu->kernels, x, gain, bias, epsilon, channels, out};
  pool_run(cpu->pool, rows, rows * channels * 8, layernorm_task, &job);
  return JGPT_OK;
}
