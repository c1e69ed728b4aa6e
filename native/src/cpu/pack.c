/*
 * Packing weights into panels, see kernels.h. A task packs a few neighbouring panels, so that reading [K, N] storage
 * takes whole lines of each row. Bound by memory: reads the source once, writes the panels once.
 */
#include <stdlib.h>
#include <string.h>

#include "context.h"

/* Panels of a task: 8 x NB floats are 1 KiB of a row. */
#define PANELS 8

/* Inputs of a block of [N, K] storage that is transposed at a time. */
#define DEPTH 64

#define MAX_GROUP 2

typedef struct {
  const kernels *kernels;
  const jgpt_linear *to;
  const void *weight;
  jgpt_dtype dtype;
} pack_job;

/* One step of one panel from w[g][NB], zeros included. */
static void store_step(const pack_job *job, const float *w, int64_t w_stride, int64_t panel, int64_t step) {
  const jgpt_linear *to = job->to;
  const int group = to->tile->group;
  char *out = (char *)to->weights.data + (panel * to->steps + step) * to->tile->step_bytes;
  if (group == 1) {
    job->kernels->narrow(w, to->dtype, NB, out);
    return;
  }
  float pairs[NB * MAX_GROUP];
  for (int i = 0; i < NB; i++) {
    for (int g = 0; g < MAX_GROUP; g++) {
      pairs[i * MAX_GROUP + g] = w[g * w_stride + i];
    }
  }
  job->kernels->narrow(pairs, to->dtype, NB * MAX_GROUP, out);
}

/* From [K, N]. */
static void pack_in_out(const pack_job *job, int64_t panel, int64_t panels) {
  const jgpt_linear *to = job->to;
  const int group = to->tile->group;
  float w[MAX_GROUP][PANELS * NB];
  int64_t columns = to->n - panel * NB < panels * NB ? to->n - panel * NB : panels * NB;
  memset(w, 0, sizeof(w));
  for (int64_t step = 0; step < to->steps; step++) {
    for (int g = 0; g < group; g++) {
      int64_t k = step * group + g;
      if (k < to->k) {
        job->kernels->widen(job->weight, job->dtype, k * to->n + panel * NB, columns, w[g]);
      } else {
        memset(w[g], 0, sizeof(w[g]));
      }
    }
    for (int64_t p = 0; p < panels; p++) {
      store_step(job, &w[0][p * NB], PANELS * NB, panel + p, step);
    }
  }
}

/* One panel from [N, K]. */
static void pack_out_in(const pack_job *job, int64_t panel) {
  const jgpt_linear *to = job->to;
  const int group = to->tile->group;
  float block[NB][DEPTH];
  float w[MAX_GROUP][NB];
  for (int64_t first = 0; first < to->k; first += DEPTH) {
    int64_t depth = to->k - first < DEPTH ? to->k - first : DEPTH;
    memset(block, 0, sizeof(block));
    for (int64_t i = 0; i < NB && panel * NB + i < to->n; i++) {
      job->kernels->widen(job->weight, job->dtype, (panel * NB + i) * to->k + first, depth, block[i]);
    }
    for (int64_t k = 0; k < depth; k += group) {
      for (int g = 0; g < group; g++) { /* an odd last input is followed by a zero of the block */
        for (int i = 0; i < NB; i++) {
          w[g][i] = block[i][k + g];
        }
      }
      store_step(job, w[0], NB, panel, (first + k) / group);
    }
  }
}

static void pack_in_out_task(void *arg, int64_t first, int64_t count, int thread) {
  (void)thread;
  const pack_job *job = arg;
  for (int64_t task = first; task < first + count; task++) {
    int64_t panel = task * PANELS;
    int64_t left = job->to->panels - panel;
    pack_in_out(job, panel, left < PANELS ? left : PANELS);
  }
}

static void pack_out_in_task(void *arg, int64_t first, int64_t count, int thread) {
  (void)thread;
  for (int64_t panel = first; panel < first + count; panel++) {
    pack_out_in(arg, panel);
  }
}

/* Bytes [N, K] to [panel][K/4][NB][4], and offsets: 128 times the sum of each channel. */
static void pack_int8_task(void *arg, int64_t first, int64_t count, int thread) {
  (void)thread;
  const pack_job *job = arg;
  const jgpt_linear *to = job->to;
  for (int64_t panel = first; panel < first + count; panel++) {
    char *out = (char *)to->weights.data + panel * to->steps * to->tile->step_bytes;
    for (int64_t i = 0; i < NB && panel * NB + i < to->n; i++) {
      const int8_t *row = (const int8_t *)job->weight + (panel * NB + i) * to->k;
      int32_t sum = 0;
      for (int64_t k = 0; k < to->k; k++) {
        sum += row[k];
      }
      for (int64_t s = 0; s < to->steps; s++) { /* memory of the block starts as zeros */
        int64_t n = to->k - 4 * s < 4 ? to->k - 4 * s : 4;
        memcpy(out + (s * NB + i) * 4, row + 4 * s, (size_t)n);
      }
      if (to->offsets != NULL) {
        to->offsets[panel * NB + i] = 128 * sum;
      }
    }
  }
}

static bool floating(int32_t dtype) {
  return dtype == JGPT_F32 || dtype == JGPT_F16 || dtype == JGPT_BF16;
}

static jgpt_status allocate(const kernels *k, const tile_kernel *tile, jgpt_dtype dtype, int64_t in, int64_t out,
                            bool with_bias, jgpt_linear **result) {
  jgpt_linear *l = calloc(1, sizeof(jgpt_linear));
  if (l == NULL) {
    return JGPT_NO_MEMORY;
  }
  l->tile = tile;
  l->k = in;
  l->n = out;
  l->dtype = dtype;
  l->steps = ceil_div(in, tile->group);
  l->panels = ceil_div(out, NB);
  bool with_scales = dtype == JGPT_INT8;
  bool with_offsets = with_scales && k->int8_unsigned_rows;
  size_t columns = (size_t)l->panels * NB;
  if (!block_allocate(&l->columns, columns * 4 * (size_t)(with_bias + with_scales + with_offsets)) ||
      !block_allocate(&l->weights, (size_t)(l->panels * l->steps) * (size_t)tile->step_bytes)) {
    jgpt_linear_free(l);
    return JGPT_NO_MEMORY;
  }
  char *next = l->columns.data;
  if (with_bias) {
    l->bias = (float *)next;
    next += columns * 4;
  }
  if (with_scales) {
    l->scales = (float *)next;
    next += columns * 4;
  }
  if (with_offsets) {
    l->offsets = (int32_t *)next;
  }
  *result = l;
  return JGPT_OK;
}

/* Both sides positive, and the weights fewer than 2^40 bytes. */
static bool plausible(int64_t k, int64_t n) {
  return k > 0 && n > 0 && k < (int64_t)1 << 31 && n < (int64_t)1 << 31 && k * n < (int64_t)1 << 38;
}

int32_t jgpt_cpu_pack(jgpt_cpu *cpu, const void *weight, int32_t weight_dtype, int32_t out_in, int64_t k, int64_t n,
                      const void *bias, int32_t bias_dtype, int32_t dtype, jgpt_linear **out) {
  if (cpu == NULL || weight == NULL || out == NULL || !plausible(k, n) || !floating(weight_dtype) ||
      !floating(dtype) || (bias != NULL && !floating(bias_dtype))) {
    return JGPT_INVALID;
  }
  const kernels *kernels = cpu->kernels;
  const tile_kernel *tile = dtype == JGPT_F32 ? kernels->f32 : dtype == JGPT_F16 ? kernels->f16 : kernels->bf16;
  jgpt_linear *l;
  jgpt_status status = allocate(kernels, tile, (jgpt_dtype)dtype, k, n, bias != NULL, &l);
  if (status != JGPT_OK) {
    return status;
  }
  if (bias != NULL) {
    kernels->widen(bias, (jgpt_dtype)bias_dtype, 0, n, l->bias);
  }
  pack_job job = {kernels, l, weight, (jgpt_dtype)weight_dtype};
  if (out_in) {
    pool_run(cpu->pool, l->panels, (int64_t)l->weights.size, pack_out_in_task, &job);
  } else {
    pool_run(cpu->pool, ceil_div(l->panels, PANELS), (int64_t)l->weights.size, pack_in_out_task, &job);
  }
  *out = l;
  return JGPT_OK;
}

int32_t jgpt_cpu_pack_int8(jgpt_cpu *cpu, const int8_t *values, const float *scales, int64_t k, int64_t n,
                           const void *bias, int32_t bias_dtype, jgpt_linear **out) {
  /* 2^16 products of 255 * 127 stay within 31 bits. */
  if (cpu == NULL || values == NULL || scales == NULL || out == NULL || !plausible(k, n) || k > 65536 ||
      (bias != NULL && !floating(bias_dtype))) {
    return JGPT_INVALID;
  }
  jgpt_linear *l;
  jgpt_status status = allocate(cpu->kernels, cpu->kernels->int8, JGPT_INT8, k, n, bias != NULL, &l);
  if (status != JGPT_OK) {
    return status;
  }
  if (bias != NULL) {
    cpu->kernels->widen(bias, (jgpt_dtype)bias_dtype, 0, n, l->bias);
  }
  memcpy(l->scales, scales, (size_t)n * sizeof(float));
  pack_job job = {cpu->kernels, l, values, JGPT_INT8};
  pool_run(cpu->pool, l->panels, (int64_t)l->weights.size, pack_int8_task, &job);
  *out = l;
  return JGPT_OK;
}

int64_t jgpt_linear_bytes(const jgpt_linear *linear) {
  return linear == NULL ? 0 : (int64_t)(linear->weights.size + linear->columns.size);
}

void jgpt_linear_free(jgpt_linear *linear) {
  if (linear == NULL) {
    return;
  }
  block_free(&linear->weights);
  block_free(&linear->columns);
  free(linear);
}
